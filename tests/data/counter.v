// A counter that stops at its limit: something small to synthesise.
module counter #(
    parameter WIDTH = 8
) (
    input wire clock,
    input wire reset,
    input wire [WIDTH-1:0] limit,
    output reg [WIDTH-1:0] value
);
    always @(posedge clock)
        if (reset) value <= 0;
        else if (value < limit) value <= value + 1;
endmodule
