//! mqtt: packets of MQTT 5 encoded and decoded by the crate mqtt5-protocol, as client and broker do.

use bench_apps::{Application, Random};
use mqtt5_protocol::{
    FixedHeader, Packet, QoS,
    packet::{MqttPacket, puback::PubAckPacket, publish::PublishPacket},
};
use std::{
    io::{Result, Write},
    process::ExitCode,
};

struct Mqtt {
    publishes: Vec<PublishPacket>,
    stream: Vec<u8>,
    received: Vec<Packet>,
}

impl Application for Mqtt {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(6);
        let publish = |number: usize| {
            let topic = format!("site/{}/sensor/{}", random.below(8), random.below(40));
            let payload = format!("{{\"value\":{},\"sequence\":{number}}}", random.below(100_000));
            PublishPacket::new(topic, payload.into_bytes(), QoS::AtLeastOnce)
                .with_packet_id(number as u16 + 1)
                .with_retain(number.is_multiple_of(16))
                .with_user_property("unit".into(), random.choice(&["hPa", "°C"]).to_string())
        };
        let publishes = (0..scale * 128).map(publish).collect();
        Self { publishes, stream: Vec::new(), received: Vec::new() }
    }

    fn run(&mut self) {
        for publish in &self.publishes {
            publish.encode(&mut self.stream).expect("it is short");
            let id = publish.packet_id.expect("it has one");
            PubAckPacket::new(id).encode(&mut self.stream).expect("it is short");
        }
        let mut rest = self.stream.as_slice();
        while !rest.is_empty() {
            let header = FixedHeader::decode(&mut rest).expect("it was encoded");
            let (mut body, after) = rest.split_at(header.remaining_length as usize);
            let packet = Packet::decode_from_body(header.packet_type, &header, &mut body);
            self.received.push(packet.expect("it was encoded"));
            rest = after;
        }
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(&self.stream)?;
        for packet in &self.received {
            match packet {
                Packet::Publish(publish) => {
                    out.write_all(publish.topic_name.as_bytes())?;
                    out.write_all(&publish.payload)?;
                }
                other => out.write_all(other.packet_type_name().as_bytes())?,
            }
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Mqtt>("mqtt")
}
