//! A directory of the host as an app of `sinter run --dir` has it: the kernel's side of the host protocol, and the command's in
//! a thread, with a socket between them.

use aot_compiler::run::host_server::Server;
use sinter_abi::host::{HEADER, Header};
use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    sync::{Arc, Mutex},
    thread,
};
use wasi_kernel::fs::host::{HostFs, Transport};

/// `folder` as the host's directory 0. The thread that serves it ends when the file system is dropped.
pub fn fs(folder: &Path) -> HostFs {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let folder = folder.to_owned();
    thread::spawn(move || {
        let mut server = Server::new(&[&folder], io::empty(), io::sink(), io::sink()).unwrap();
        server.serve(&theirs, &theirs).unwrap();
    });
    HostFs::new(Arc::new(Socket(Mutex::new(ours))))
}

struct Socket(Mutex<UnixStream>);

impl Transport for Socket {
    fn call(&self, request: &[&[u8]], payload: &mut [u8]) -> Header {
        let mut socket = self.0.lock().unwrap();
        socket.write_all(&request.concat()).unwrap();
        let mut header = [0; HEADER];
        socket.read_exact(&mut header).unwrap();
        let header = Header::from_bytes(&header);
        socket.read_exact(&mut payload[..header.length as usize]).unwrap();
        header
    }
}
