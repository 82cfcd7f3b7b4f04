"""Uses the parts of Python that a small program on a board would use."""

import hashlib
import json
import re
import sqlite3
import sys

text = sys.stdin.read()
words = re.findall(r"[^\W\d_]+", text.lower())
print(f"{len(text)} characters, {len(words)} words, {len(set(words))} different ones")
print(hashlib.sha256(text.encode()).hexdigest(), hashlib.md5(text.encode()).hexdigest())

base = sqlite3.connect("/files/words.db" if "file" in sys.argv[1:] else ":memory:")
base.execute("create table words (word text primary key, count integer not null)")
base.executemany(
    "insert into words values (?, 1) on conflict (word) do update set count = count + 1",
    ((word,) for word in words),
)
base.commit()
top = base.execute("select word, count from words order by count desc, word limit 5").fetchall()
print(json.dumps(top, ensure_ascii=False))

with open("/files/report.json", "w", encoding="utf-8") as report:
    json.dump({"arguments": sys.argv[1:], "top": dict(top)}, report, ensure_ascii=False, indent=2, sort_keys=True)
with open("/files/report.json", encoding="utf-8") as report:
    assert json.load(report)["top"] == dict(top)

try:
    open("/files/missing")
except OSError as error:
    print(type(error).__name__, error.errno, file=sys.stderr)
sys.exit(len(top))
