//! Loads and stores that count their base.

/// A load or store with a constant offset, of any size (Arm ARM C4.1.94).
#[derive(Debug, Clone, Copy)]
pub struct Access {
    instruction: u32,
    form: Form,
    /// Bytes that the offset counts in.
    unit: i64,
    /// What is added to the base.
    pub offset: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `ldr`, `str` and others of one register.
    One,
    /// `ldp`, `stp`.
    Two,
    /// `ld1`, `st1` of a lane, `ld1r`.
    Lane,
}

impl Access {
    /// The access that `instruction` is, if it is one and leaves its base as it is.
    pub fn decode(instruction: u32) -> Option<Self> {
        let is_vector = instruction >> 26 & 1 == 1;
        let size = instruction >> 30;
        let (form, unit, offset) = match instruction >> 27 & 7 {
            0b111 => {
                let is_wide = is_vector && instruction >> 23 & 1 == 1;
                // 128 bits; and no prefetches
                let unit = if is_wide { 16 } else { 1 << size };
                if is_wide && size != 0 || !is_vector && size == 3 && instruction >> 23 & 1 == 1 {
                    return None;
                }
                let offset = match (instruction >> 24 & 3, instruction >> 21 & 1, instruction >> 10 & 3) {
                    (1, ..) => i64::from(instruction >> 10 & 0xfff) * unit,
                    (0, 0, 0) => i64::from((instruction << 11) as i32 >> 23),
                    _ => return None,
                };
                (Form::One, unit, offset)
            }
            0b101 if instruction >> 23 & 3 == 2 => {
                let unit = match (is_vector, size) {
                    (false, 0) => 4,
                    (false, 2) => 8,
                    (true, 0..=2) => 4 << size,
                    _ => return None,
                };
                (Form::Two, unit, i64::from((instruction << 10) as i32 >> 25) * unit)
            }
            0b001 if instruction & 0xbfbf_2000 == 0x0d00_0000 => (Form::Lane, 1, 0),
            _ => return None,
        };
        Some(Self { instruction, form, unit, offset })
    }

    /// The number of the base.
    pub const fn base(&self) -> u32 {
        self.instruction >> 5 & 31
    }

    /// Whether the base is no data register and no index.
    pub fn has_base_alone(&self) -> bool {
        let is_data = |shift: u32| self.instruction >> shift & 31 == self.base();
        let is_vector = self.instruction >> 26 & 1 == 1;
        is_vector || !(is_data(0) || self.form == Form::Two && is_data(10))
    }

    /// The access with another offset.
    pub fn with_offset(&self, offset: i64) -> Option<u32> {
        match self.form {
            Form::One if offset >= 0 && offset % self.unit == 0 && offset / self.unit < 4096 => {
                let field = (offset / self.unit) as u32;
                Some(
                    self.instruction & !(3 << 24 | 0xfff << 10 | 1 << 21) & !(1 << 21)
                        | 1 << 24
                        | field << 10,
                )
            }
            Form::One => self.unscaled(offset, 0),
            Form::Two => self.two(offset, 2),
            Form::Lane => (offset == 0).then_some(self.instruction),
        }
    }

    /// The access at its base, which is then increased by a constant.
    pub fn counting(&self, step: i64) -> Option<u32> {
        match self.form {
            Form::One if self.offset == 0 => self.unscaled(step, 1),
            Form::Two if self.offset == 0 => self.two(step, 1),
            Form::Lane if step == self.lane_bytes() => Some(self.by_register(31)),
            _ => None,
        }
    }

    /// The access at its base and offset, which are then the base.
    pub fn counted(&self) -> Option<u32> {
        match self.form {
            Form::One => self.unscaled(self.offset, 3),
            Form::Two => self.two(self.offset, 3),
            Form::Lane => None,
        }
    }

    /// The access to a lane at its base, which is then increased by a general register.
    pub fn counting_by(&self, register: u32) -> Option<u32> {
        (self.form == Form::Lane && register != 31).then(|| self.by_register(register))
    }

    fn by_register(&self, register: u32) -> u32 {
        self.instruction | 1 << 23 | register << 16
    }

    /// The bytes of one lane.
    fn lane_bytes(&self) -> i64 {
        let bits = self.instruction >> 10 & 3;
        match self.instruction >> 14 & 3 {
            0 => 1,
            1 => 2,
            2 => 4 << (bits & 1),
            _ => 1 << bits,
        }
    }

    fn unscaled(&self, offset: i64, kind: u32) -> Option<u32> {
        let field = (offset as u32 & 0x1ff) << 12;
        (-256..256)
            .contains(&offset)
            .then_some(self.instruction & !(3 << 24 | 0xfff << 10 | 1 << 21) | field | kind << 10)
    }

    fn two(&self, offset: i64, kind: u32) -> Option<u32> {
        let field = offset / self.unit;
        (offset % self.unit == 0 && (-64..64).contains(&field))
            .then_some(self.instruction & !(3 << 23 | 0x7f << 15) | (field as u32 & 0x7f) << 15 | kind << 23)
    }
}
