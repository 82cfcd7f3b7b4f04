//! Paths: containment, links, slashes, and a naive model that says the same about random trees and paths.

mod support;

use proptest::prelude::*;
use std::collections::BTreeMap;
use support::{Guest, READ, WRITE};
use wasi_kernel::Errno;

const FOLLOW: u32 = 1;
const CREAT: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCL: u32 = 4;

/// A tree with something of everything:
/// `dir/inner/file`, `file`, `to_dir -> dir`, `to_file -> dir/inner/file`, `up -> ..`, `out -> dir/../..`, `abs -> /file`,
/// `loop -> loop`, `nowhere -> missing`, `dir/back -> ../file`.
fn guest() -> Guest {
    let mut guest = Guest::new();
    guest.mkdir("dir").unwrap();
    guest.mkdir("dir/inner").unwrap();
    guest.file("dir/inner/file", b"inner");
    guest.file("file", b"outer");
    for (text, name) in [
        ("dir", "to_dir"),
        ("dir/inner/file", "to_file"),
        ("..", "up"),
        ("dir/../..", "out"),
        ("loop", "loop"),
        ("missing", "nowhere"),
        ("../file", "dir/back"),
        ("file/", "slash"),
    ] {
        guest.symlink(text, name).unwrap();
    }
    // The functions refuse to make an absolute link; a mount could bring one.
    let root = guest.fs.root("0").unwrap();
    guest.fs.make_link(root, "abs", "/file").unwrap();
    guest
}

#[test]
fn paths_lead_where_they_say() {
    let mut guest = guest();
    for path in [
        "file",
        "./file",
        ".//./file",
        "dir/../file",
        "dir/inner/../../file",
        "to_dir/../file",
        "to_dir/back",
        "dir/back",
        "to_dir/inner/../back",
    ] {
        assert_eq!(guest.contents(path), Ok(b"outer".to_vec()), "{path}");
    }
    for path in ["to_file", "to_dir/inner/file", "dir/inner/file", "to_dir/./inner//file"] {
        assert_eq!(guest.contents(path), Ok(b"inner".to_vec()), "{path}");
    }
}

#[test]
fn no_path_leads_out() {
    let mut guest = guest();
    for path in [
        "/",
        "/file",
        "..",
        "../file",
        "dir/../..",
        "dir/../../file",
        "to_dir/../../file",
        "up",
        "up/file",
        "out",
        "out/file",
        "abs",
        "abs/x",
        "dir/inner/../../../file",
    ] {
        assert_eq!(guest.open(path, 0, READ, 0), Err(Errno::Perm), "{path}");
        assert_eq!(guest.stat(path, FOLLOW).map(|_| ()), Err(Errno::Perm), "{path}");
        assert_eq!(guest.open(path, CREAT, WRITE, 0), Err(Errno::Perm), "{path}");
        assert_eq!(guest.mkdir(&format!("{path}/new")), Err(Errno::Perm), "{path}");
        assert_eq!(guest.rename("file", &format!("{path}/new")), Err(Errno::Perm), "{path}");
        assert_eq!(guest.link("file", &format!("{path}/new")), Err(Errno::Perm), "{path}");
    }
    // The links themselves are here, and their texts as well, unless they are absolute.
    assert_eq!(guest.stat("up", 0).map(|stat| (stat.kind, stat.size)), Ok((7, 2)));
    let link = |guest: &mut Guest, path: &str| {
        guest.with_path(path, |p, m, at, len| p.path_readlink(m, 3, at, len, 0x8000, 64, 0x100))
    };
    assert_eq!(link(&mut guest, "up"), Ok(()));
    assert_eq!((guest.u32(0x100), &guest.memory[0x8000..0x8002]), (2, &b".."[..]));
    assert_eq!(link(&mut guest, "abs"), Err(Errno::Perm));
    assert_eq!(guest.symlink("/file", "absolute"), Err(Errno::Perm));
}

#[test]
fn a_directory_below_is_a_root_of_its_own() {
    let mut guest = guest();
    let dir = guest.open("dir", DIRECTORY, READ, 0).unwrap();
    assert_eq!(guest.open_at(dir, FOLLOW, "../file", 0, READ, 0), Err(Errno::Perm));
    assert_eq!(guest.open_at(dir, FOLLOW, "back", 0, READ, 0), Err(Errno::Perm));
    assert!(guest.open_at(dir, FOLLOW, "inner/../inner/file", 0, READ, 0).is_ok());
    // Also when it was moved meanwhile, to a place where `..` would be something else.
    guest.rename("dir/inner", "moved").unwrap();
    guest.rename("dir", "moved/dir").unwrap();
    assert_eq!(guest.open_at(dir, FOLLOW, "../file", 0, READ, 0), Err(Errno::Perm));
}

#[test]
fn errors_say_what_is_wrong() {
    let mut guest = guest();
    let long = "x".repeat(256);
    let too_long = "dir/../".repeat(600);
    for (path, errno) in [
        ("", Errno::Noent),
        ("missing", Errno::Noent),
        ("missing/..", Errno::Noent),
        ("missing/file", Errno::Noent),
        ("nowhere", Errno::Noent),
        ("file/", Errno::Notdir),
        ("file/.", Errno::Notdir),
        ("file/..", Errno::Notdir),
        ("file/x", Errno::Notdir),
        ("to_file/", Errno::Notdir),
        ("slash", Errno::Notdir),
        ("loop", Errno::Loop),
        ("loop/x", Errno::Loop),
        ("fi\0le", Errno::Inval),
        (&long, Errno::Nametoolong),
        (&too_long, Errno::Nametoolong),
    ] {
        assert_eq!(guest.open(path, 0, READ, 0), Err(errno), "{path:?}");
        assert_eq!(guest.stat(path, FOLLOW).map(|_| ()), Err(errno), "{path:?}");
    }
    let (at, _) = guest.path("\u{ff}");
    assert_eq!(guest.call(|p, m| p.path_unlink_file(m, 3, at, 1)), Err(Errno::Ilseq));
}

#[test]
fn links_are_followed_up_to_forty_times() {
    let mut guest = Guest::new();
    guest.file("0", b"end");
    for i in 1..=41 {
        guest.symlink(&format!("{}", i - 1), &format!("{i}")).unwrap();
    }
    assert_eq!(guest.contents("40"), Ok(b"end".to_vec()));
    assert_eq!(guest.contents("41"), Err(Errno::Loop));
    // In all, not in one chain.
    guest.symlink(".", "here").unwrap();
    assert_eq!(guest.contents(&("here/".repeat(40) + "0")), Ok(b"end".to_vec()));
    assert_eq!(guest.contents(&("here/".repeat(41) + "0")), Err(Errno::Loop));
}

#[test]
fn the_last_link_is_followed_if_asked() {
    let mut guest = guest();
    assert_eq!(guest.open_at(3, 0, "to_file", 0, READ, 0), Err(Errno::Loop));
    assert_eq!(guest.open_at(3, 0, "to_dir", DIRECTORY, READ, 0), Err(Errno::Loop));
    assert!(guest.open_at(3, 0, "to_dir/", DIRECTORY, READ, 0).is_ok(), "a slash follows");
    guest.symlink("to_dir", "chain").unwrap();
    assert!(guest.open_at(3, 0, "chain/", DIRECTORY, READ, 0).is_ok(), "to the very end");
    assert_eq!(guest.stat("to_dir", 0).unwrap().kind, 7);
    assert_eq!(guest.stat("to_dir", FOLLOW).unwrap().kind, 3);
    assert_eq!(guest.open("nowhere", CREAT | EXCL, WRITE, 0), Err(Errno::Exist));
    // A file is made where a link leads to.
    assert!(guest.open("nowhere", CREAT, WRITE, 0).is_ok());
    assert_eq!(guest.stat("missing", 0).unwrap().kind, 4);
    // Removing and renaming mean the link.
    guest.unlink("to_file").unwrap();
    assert_eq!(guest.contents("dir/inner/file"), Ok(b"inner".to_vec()));
    guest.rename("to_dir", "renamed").unwrap();
    assert_eq!(guest.stat("renamed", 0).unwrap().kind, 7);
    assert_eq!(guest.unlink("to_dir/"), Err(Errno::Noent));
    assert_eq!(guest.unlink("renamed/"), Err(Errno::Isdir));
}

/// A tree for the model: each node by its canonical path; `None` a directory, `Some` a link.
type Model = BTreeMap<Vec<String>, Option<String>>;

/// Where a path leads, by rewriting it as a whole again and again: the naive way.
fn naive(model: &Model, path: &str, follow: bool) -> Result<Vec<String>, Errno> {
    let mut rest: Vec<String> = path.split('/').map(String::from).collect();
    let mut here: Vec<String> = Vec::new();
    let mut links = 0;
    let mut must_be_directory = false;
    if path.is_empty() {
        return Err(Errno::Noent);
    }
    if path.starts_with('/') {
        return Err(Errno::Perm);
    }
    while !rest.is_empty() {
        let name = rest.remove(0);
        match name.as_str() {
            "" | "." => continue,
            ".." => {
                here.pop().ok_or(Errno::Perm)?;
                continue;
            }
            _ => {}
        }
        here.push(name);
        let last = rest.iter().all(String::is_empty);
        must_be_directory |= last && !rest.is_empty();
        match model.get(&here).ok_or(Errno::Noent)? {
            Some(link) if link == "file" => {
                return if last && !must_be_directory { Ok(here) } else { Err(Errno::Notdir) };
            }
            Some(link) if !last || follow || must_be_directory => {
                links += 1;
                if links > 40 {
                    return Err(Errno::Loop);
                }
                if link.starts_with('/') {
                    return Err(Errno::Perm);
                }
                here.pop();
                rest.splice(0..0, link.split('/').map(String::from));
            }
            Some(_) | None => {}
        }
    }
    Ok(here)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(String::from)
}

fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![6 => name(), 1 => Just("..".to_string()), 1 => Just(".".to_string()), 1 => Just(String::new())];
    proptest::collection::vec(part, 1..6).prop_map(|parts| parts.join("/"))
}

/// What is put into the tree, in order; what does not fit is left out.
fn builds() -> impl Strategy<Value = Vec<(Vec<String>, Option<String>)>> {
    let place = proptest::collection::vec(name(), 1..4);
    let what = prop_oneof![3 => Just(None), 1 => Just(Some("file".to_string())), 3 => path().prop_map(Some)];
    proptest::collection::vec((place, what), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(5),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_walk_does_what_the_naive_model_does(
        builds in builds(),
        paths in proptest::collection::vec((path(), any::<bool>()), 1..20),
    ) {
        let mut guest = Guest::new();
        let mut model = Model::from([(Vec::new(), None)]);
        for (place, what) in builds {
            let (parent, _) = place.split_at(place.len() - 1);
            let empty_link = what.as_deref().is_some_and(|text| text.is_empty());
            if model.contains_key(&place) || model.get(parent) != Some(&None) || empty_link {
                continue;
            }
            let at = place.join("/");
            match what.as_deref() {
                None => guest.mkdir(&at).unwrap(),
                Some("file") => guest.file(&at, b""),
                Some(text) if text.starts_with('/') => continue,
                Some(text) => guest.symlink(text, &at).unwrap(),
            }
            model.insert(place, what);
        }
        for (path, follow) in paths {
            // A single name with slashes behind it is looked at as it is if links are not followed; see `calls::stat`.
            let bare = path.split('/').next().unwrap();
            let only_name = path.split('/').skip(1).all(|part| matches!(part, "" | "."));
            let expected = match naive(&model, &path, follow) {
                _ if !follow && only_name && !matches!(bare, "" | "." | "..") => naive(&model, bare, false),
                expected => expected,
            };
            let expected = expected.map(|place| {
                let place = if place.is_empty() { ".".to_string() } else { place.join("/") };
                guest.stat(&place, 0).unwrap()
            });
            prop_assert_eq!(guest.stat(&path, u32::from(follow)), expected, "{} {}", path, follow);
        }
    }
}
