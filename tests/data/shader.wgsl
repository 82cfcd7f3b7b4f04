// A small scene: transformed vertices, a lit and textured surface, and a compute pass that sums what it drew.

struct Camera {
    view: mat4x4<f32>,
    light: vec3<f32>,
    exposure: f32,
}

struct Vertex {
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
}

struct Fragment {
    @builtin(position) position: vec4<f32>,
    @location(0) normal: vec3<f32>,
    @location(1) uv: vec2<f32>,
}

@group(0) @binding(0) var<uniform> camera: Camera;
@group(0) @binding(1) var surface: texture_2d<f32>;
@group(0) @binding(2) var filtering: sampler;
@group(1) @binding(0) var<storage, read> samples: array<vec4<f32>>;
@group(1) @binding(1) var<storage, read_write> sums: array<f32, 64>;

@vertex
fn transform(vertex: Vertex) -> Fragment {
    var out: Fragment;
    out.position = camera.view * vec4<f32>(vertex.position, 1.0);
    out.normal = normalize(vertex.normal);
    out.uv = vertex.uv;
    return out;
}

@fragment
fn shade(in: Fragment) -> @location(0) vec4<f32> {
    let lit = max(dot(in.normal, camera.light), 0.1);
    let color = textureSample(surface, filtering, in.uv);
    return vec4<f32>(color.rgb * lit * camera.exposure, color.a);
}

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn add(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
    let count = arrayLength(&samples);
    var sum = 0.0;
    for (var i = local; i < count; i += 64u) {
        let sample = samples[i];
        if sample.w > 0.0 {
            sum += dot(sample.xyz, vec3<f32>(0.2126, 0.7152, 0.0722));
        }
    }
    partial[local] = sum;
    workgroupBarrier();
    if local == 0u {
        for (var i = 1u; i < 64u; i++) {
            sum += partial[i];
        }
        sums[group.x % 64u] = sum;
    }
}
