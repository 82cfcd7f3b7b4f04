//! The host command's own standard streams.

use super::{Transport, in_parts, result};
use crate::{Errno, Result, Stream, Streams, System};
use alloc::sync::Arc;
use sinter_abi::host::{FOREVER, Header, Op, PAYLOAD_MAX};

/// The standard streams of the host process, byte for byte.
pub fn streams(transport: Arc<dyn Transport>, system: impl System) -> Streams {
    let terminals = call(&*transport, Op::Terminals, [0; 3], &[], &mut []).map_or(0, |([bits, ..], _)| bits);
    let output = |op, bit: u64| Output { transport: transport.clone(), op, terminal: terminals & bit != 0 };
    Streams {
        input: Arc::new(Input { transport: transport.clone(), system, terminal: terminals & 1 != 0 }),
        output: Arc::new(output(Op::Output, 2)),
        error: Arc::new(output(Op::Error, 4)),
    }
}

struct Input<S> {
    transport: Arc<dyn Transport>,
    system: S,
    terminal: bool,
}

impl<S: System> Stream for Input<S> {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        let size = buffer.len().min(PAYLOAD_MAX);
        let values = [size as u64, FOREVER, 0];
        call(&*self.transport, Op::Input, values, &[], &mut buffer[..size]).map(|(_, size)| size)
    }

    fn write(&self, _: &[u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn wait_readable(&self, deadline: Option<u64>) -> Result<bool> {
        const MILLISECOND: u64 = 1_000_000;
        let wait = deadline.map_or(FOREVER, |deadline| {
            deadline.saturating_sub(self.system.monotonic()).div_ceil(MILLISECOND)
        });
        let ([ready, ..], _) = call(&*self.transport, Op::InputReady, [wait, 0, 0], &[], &mut [])?;
        if ready == 0
            && let Some(deadline) = deadline
        {
            // The host's clock and the board's are not the same; under an instruction count the latter stood still.
            self.system.sleep_until(deadline);
        }
        Ok(ready != 0)
    }

    fn is_terminal(&self) -> bool {
        self.terminal
    }
}

struct Output {
    transport: Arc<dyn Transport>,
    op: Op,
    terminal: bool,
}

impl Stream for Output {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        in_parts(bytes, |_, part| {
            call(&*self.transport, self.op, [0; 3], part, &mut []).map(|(values, _)| values)
        })
        .map(|(size, _)| size)
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Err(Errno::Badf)
    }

    fn is_terminal(&self) -> bool {
        self.terminal
    }
}

/// Asks for `op`; as [`super::HostFs`] does.
fn call(
    transport: &dyn Transport,
    op: Op,
    values: [u64; 3],
    payload: &[u8],
    reply: &mut [u8],
) -> Result<([u64; 3], usize)> {
    let header = Header { code: op as u32, length: payload.len() as u32, values }.to_bytes();
    result(transport.call(&[&header, payload], reply))
}
