//! Copies of registers whose values can have one register from the beginning.
//!
//! Where one web is copied to another ([`webs`](crate::compile::machine::webs)), both can be in the same register unless one
//! is made while the other is needed with another value. Then all that makes and uses one of them names the other's
//! register, and the copy is gone. This is Chaitin's coalescing, on the code of the whole function, with copies that are
//! executed often before others. What is in the way may be put into a third register first.

use crate::compile::machine::{
    WORD,
    code::Code,
    edit,
    effects::{Registers, general},
    operands::FLAGS,
    webs::{Copy, Step, Web, Webs},
    word,
};

/// Registers that no web is moved to: those of linker, platform and frames.
const NEVER: Registers = general(16) | general(17) | general(18) | general(29) | general(30) | FLAGS;

/// Behind how many steps webs are needed that are looked at: with more, a large function would take minutes.
const MOST_STEPS: usize = 100_000_000;

/// Gives webs of `code` one register; whether it has changed.
pub fn run(code: &mut Code) -> bool {
    let mut webs = Webs::new(code);
    let mut copies = std::mem::take(&mut webs.copies);
    copies.sort_by(|one, other| other.often.total_cmp(&one.often));
    let mut has_changed = false;
    let mut left = MOST_STEPS;
    for copy in &copies {
        let steps = [copy.to, copy.from].map(|web| webs.webs[webs.first(web)].needed.len());
        left = left.saturating_sub(steps[0] + steps[1]);
        if left == 0 {
            break;
        }
        has_changed |= coalesce(&mut webs, copy);
    }
    if has_changed {
        apply(&webs, code);
    }
    has_changed
}

/// What a web meets in another register.
struct Meeting {
    /// Those that it is copied from or to, so that they have the same value.
    same: Vec<usize>,
    /// Others.
    others: Vec<usize>,
}

impl Meeting {
    /// Adds `webs` to the others; `None` if it is not known what is there, or if they are too many.
    fn add(&mut self, webs: impl Iterator<Item = usize>) -> Option<()> {
        let known = self.others.len();
        let mut is_known = false;
        for web in webs {
            is_known = true;
            if !self.others.contains(&web) {
                self.others.push(web);
            }
        }
        (is_known && known <= MOST_MOVED).then_some(())
    }
}

/// How many webs are put elsewhere at most to make room for one.
const MOST_MOVED: usize = 8;

/// Has both webs of `copy` be in the same register, if that can be; whether they were not, and are.
fn coalesce(webs: &mut Webs, copy: &Copy) -> bool {
    let [to, from] = [copy.to, copy.from].map(|web| webs.first(web));
    let [into, out_of] = [to, from].map(|web| webs.webs[web].register);
    if into == out_of {
        return false;
    }
    for (web, register) in [(from, into), (to, out_of)] {
        if put(webs, web, register) {
            return true;
        }
    }
    for (web, register) in [(from, into), (to, out_of)] {
        if make_room(webs, web, register) && put(webs, web, register) {
            return true;
        }
    }
    false
}

/// Puts `web` into `register`, if it can be there; whether it can.
fn put(webs: &mut Webs, web: usize, register: usize) -> bool {
    match meeting(webs, web, register) {
        Some(Meeting { same, others }) if others.is_empty() => {
            rename(webs, web, register, &same);
            true
        }
        _ => false,
    }
}

/// Puts what keeps `web` from being in `register` elsewhere; whether nothing does any more.
fn make_room(webs: &mut Webs, web: usize, register: usize) -> bool {
    let Some(Meeting { others, .. }) = meeting(webs, web, register) else { return false };
    if others.len() > MOST_MOVED || others.iter().any(|&other| webs.webs[other].is_fixed) {
        return false;
    }
    let old = webs.webs[web].register;
    others.into_iter().all(|other| {
        let mut choice = (0..64).filter(|&choice| choice != register && choice != old);
        choice.any(|choice| put(webs, other, choice))
    })
}

/// What `web` would meet in `register`; `None` if it cannot be there.
fn meeting(webs: &Webs, web: usize, register: usize) -> Option<Meeting> {
    let Web { is_fixed, register: old, made, needed, .. } = &webs.webs[web];
    if *is_fixed || (register < 32) != (*old < 32) || NEVER >> register & 1 == 1 {
        return None;
    }
    let mut meeting = Meeting { same: Vec::new(), others: Vec::new() };
    let has = |registers: Registers| registers >> register & 1 == 1;
    let there = |step: usize| {
        let present = webs.present[step].iter().map(|&web| webs.first(web as usize));
        present.filter(|&other| webs.webs[other].register == register)
    };
    for &step in made {
        let Step { written, live, copy, .. } = webs.steps[step];
        let source =
            copy.map(|(_, from)| webs.first(from)).filter(|&from| webs.webs[from].register == register);
        meeting.same.extend(source);
        if has(written) || has(live) && source.is_none() {
            meeting.add(there(step))?;
        }
    }
    for &step in needed {
        let Step { written, copy, .. } = webs.steps[step];
        if has(written) {
            match copy {
                Some((to, from)) if webs.first(from) == web => meeting.same.push(webs.first(to)),
                _ => meeting.add(there(step))?,
            }
        }
    }
    Some(meeting)
}

/// Puts `web` into `register`, where webs with `same` value are.
fn rename(webs: &mut Webs, web: usize, register: usize, same: &[usize]) {
    let old = webs.webs[web].register;
    let renamed = |set: Registers| set & !(1 << old) | 1 << register;
    for &step in &webs.webs[web].made {
        let written = &mut webs.steps[step].written;
        *written = renamed(*written);
    }
    for &step in &webs.webs[web].needed {
        let live = &mut webs.steps[step].live;
        *live = renamed(*live);
    }
    webs.webs[web].register = register;
    same.iter().for_each(|&other| webs.unite(web, other));
}

/// Changes `code`.
fn apply(webs: &Webs, code: &mut Code) {
    for web in &webs.webs {
        for &(step, field) in &web.fields {
            let Step { at, .. } = webs.steps[step];
            let renamed = field.renamed(word(&code.unit.code, at), web.register as u32 & 31);
            code.unit.code[at..at + WORD].copy_from_slice(&renamed.to_le_bytes());
        }
    }
    let register = |web: usize| webs.webs[webs.first(web)].register;
    let is_gone = |step: &&Step| step.copy.is_some_and(|(to, from)| register(to) == register(from));
    let mut removed: Vec<_> = webs.steps.iter().filter(is_gone).map(|step| step.at).collect();
    removed.sort_unstable();
    edit::remove(code.unit, &removed);
    code.renew();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::machine::simulate;

    #[test]
    fn functions_do_what_they_did() {
        simulate::check(run);
    }
}
