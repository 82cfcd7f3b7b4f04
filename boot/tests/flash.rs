//! Which devices are written to, and that what is written is read back.

use sinter_boot::flash::{Refusal, Target, inspect, verify, write};
use std::{
    fs::{self, File},
    io::Cursor,
    path::Path,
};
use tempfile::TempDir;

const MIB: u64 = 1 << 20;

/// A sysfs with a fixed disk, a stick with a partition, a card in the machine's own reader and a loop device.
fn sys() -> TempDir {
    let sys = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = sys.path().join("class/block").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let disk = |name: &str, removable: &str, size: &str| {
        write(&format!("{name}/removable"), removable);
        write(&format!("{name}/size"), size);
        fs::create_dir_all(sys.path().join("class/block").join(name).join("holders")).unwrap();
    };
    disk("sda", "0\n", "1000000000\n");
    disk("sdb", "1\n", "31116288\n");
    write("sdb/device/model", "Card  Reader    \n");
    write("sdb/sdb1/partition", "1\n");
    write("sdb1/partition", "1\n");
    disk("mmcblk0", "0\n", "62333952\n");
    write("mmcblk0/device/type", "SD\n");
    write("mmcblk0/device/name", "SD32G\n");
    disk("mmcblk1", "0\n", "62333952\n");
    write("mmcblk1/device/type", "MMC\n");
    disk("loop0", "0\n", "2048\n");
    disk("sdc", "1\n", "0\n");
    sys
}

fn look(sys: &Path, name: &str, mounts: &str) -> Result<Target, Refusal> {
    inspect(name, 128 * MIB, sys, mounts)
}

#[test]
fn only_removable_whole_disks_that_nobody_uses_are_written_to() {
    let sys = sys();
    let sys = sys.path();
    let root = "/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n";
    let stick = Target { model: "Card  Reader".into(), size: 31_116_288 * 512 };
    assert_eq!(look(sys, "sdb", root), Ok(stick));
    let card = Target { model: "SD32G".into(), size: 62_333_952 * 512 };
    assert_eq!(look(sys, "mmcblk0", root), Ok(card));
    for (name, refusal) in [
        ("sda", Refusal::Fixed),
        ("loop0", Refusal::Fixed),
        ("mmcblk1", Refusal::Fixed),
        ("sdb1", Refusal::Partition),
        ("sdz", Refusal::NoDisk),
        ("", Refusal::NoDisk),
        ("../block/sdb", Refusal::NoDisk),
        ("sdc", Refusal::Small(0)),
    ] {
        assert_eq!(look(sys, name, root), Err(refusal), "{name}");
    }
    let mounted = |line: &str| look(sys, "sdb", &format!("{root}{line}\n"));
    assert_eq!(mounted("/dev/sdb1 /media/card vfat rw 0 0"), Err(Refusal::InUse("/media/card".into())));
    assert_eq!(mounted("/dev/sdb /mnt ext4 rw 0 0"), Err(Refusal::InUse("/mnt".into())));
    assert!(mounted("/dev/sdb12 /other ext4 rw 0 0").is_ok(), "another disk's partition");
    fs::create_dir_all(sys.join("class/block/sdb/sdb1/holders/dm-0")).unwrap();
    assert_eq!(look(sys, "sdb", root), Err(Refusal::InUse("dm-0".into())));
}

#[test]
fn what_is_written_is_verified() {
    let image: Vec<u8> = (0..9_000_000_u32).map(|number| (number / 251) as u8).collect();
    let mut device = tempfile::tempfile().unwrap();
    device.set_len(16 * MIB).unwrap();
    let mut told = 0;
    write(&mut Cursor::new(&image), &mut device, |size| told += size).unwrap();
    assert_eq!(told, 9_000_000);
    let check = |device: &File| {
        use std::os::unix::fs::FileExt;
        let mut bytes = vec![0; 16 << 20];
        device.read_exact_at(&mut bytes, 0).unwrap();
        assert!(bytes[9_000_000..].iter().all(|&byte| byte == 0), "only the image is written");
        verify(&mut Cursor::new(&image), &mut Cursor::new(bytes), |_| {}).unwrap()
    };
    assert_eq!(check(&device), None);
    std::os::unix::fs::FileExt::write_all_at(&device, b"\xff", 8_000_001).unwrap();
    assert_eq!(check(&device), Some(8_000_001));
    // A card that claims to be larger than it is.
    let short = verify(&mut Cursor::new(&image), &mut Cursor::new(&image[..1000]), |_| {});
    assert_eq!(short.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}
