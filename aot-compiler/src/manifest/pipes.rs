//! Pipes between apps: `stdin = "pipe:NAME"` and `stdout = "pipe:NAME"`.

use super::{check_name, error::Fault, fault};
use indexmap::IndexMap;
use std::ops::Range;
use toml::Spanned;

/// The pipes that the apps so far have named.
#[derive(Default)]
pub(super) struct Pipes(IndexMap<String, Pipe>);

struct Pipe {
    /// Where it is named first.
    span: Range<usize>,
    read: bool,
    written: bool,
}

impl Pipes {
    /// The numbers of the pipes that are an app's standard input and output.
    ///
    /// # Errors
    /// A value is no pipe's name, or both are the same pipe.
    pub(super) fn of_app(
        &mut self,
        stdin: Option<Spanned<String>>,
        stdout: Option<Spanned<String>>,
    ) -> Result<(Option<u32>, Option<u32>), Fault> {
        if let (Some(stdin), Some(stdout)) = (&stdin, &stdout)
            && stdin.get_ref() == stdout.get_ref()
        {
            return fault(stdout, "an app cannot read what it writes: name another pipe".into());
        }
        let read = stdin.map(|value| self.end(&value, |pipe| pipe.read = true)).transpose()?;
        Ok((read, stdout.map(|value| self.end(&value, |pipe| pipe.written = true)).transpose()?))
    }

    fn end(&mut self, value: &Spanned<String>, note: impl FnOnce(&mut Pipe)) -> Result<u32, Fault> {
        let Some(name) = value.get_ref().strip_prefix("pipe:") else {
            return fault(
                value,
                format!("{:?} is no pipe: write for example \"pipe:lines\"", value.get_ref()),
            );
        };
        check_name(&Spanned::new(value.span(), name.to_owned()), "a pipe")?;
        let new = || Pipe { span: value.span(), read: false, written: false };
        let entry = self.0.entry(name.to_owned());
        let number = entry.index() as u32;
        note(entry.or_insert_with(new));
        Ok(number)
    }

    /// Checks that each pipe has somebody at both ends.
    ///
    /// # Errors
    /// One has not.
    pub(super) fn check(self) -> Result<(), Fault> {
        for (name, Pipe { span, read, written }) in self.0 {
            let (lacks, key) = match (read, written) {
                (false, _) => ("reads", "stdin"),
                (_, false) => ("writes to", "stdout"),
                (true, true) => continue,
            };
            let message = format!("no app {lacks} the pipe {name:?}: give one {key} = \"pipe:{name}\"");
            return Err((span, message));
        }
        Ok(())
    }
}
