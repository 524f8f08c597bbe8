# SPDX-License-Identifier: Apache-2.0
"""What is untidy in the sources, the tests and the pages: words in senses that English does not
have, long lines, and declarations without a doc comment.

As a script it lists them. `tidy.json` holds how many of each a folder may have, and these numbers
may only fall: `tidy.py --write` writes those of today."""

import collections
import io
import json
import re
import sys
import tokenize

from documents import PAGES, ROOT, name, prose
from swift import C_LIKE

TABLE = ROOT / "Tests/Docs/tidy.json"
COLUMNS_MAX = 100
# Words in senses that English does not have, or in British spelling, and what to say instead.
UNIDIOMATIC = {
    r"\bbeside\b": "next to, in addition to, during",
    r"\b(?<!left )(?<!leave )(?<!nothing )behind\b"
    r"(?! (?:an? |the )?(?:safe|load|balancer|proxy|manifest|firewall))": "after",
    r"\b(?:tells?|told)\b(?![^.]{0,40}\bapart\b)": "say, report, show",
    r"\bso (?:many|much|long)\b": "n; the number itself",
    r"\banew\b": "again",
    r"\bin earnest\b": "in production",
    r"\blets? go of\b": "release, close",
    r"\bwhat is no\b": "what is not a",
    r"\bturnstiles?\b": "semaphore",
    r"\blicen(?:ce|ces|ced)\b": "license",
    r"\b\w*(?:haviour|colour|neighbour|favour|honour|initialis|optimis|organis)\w*": "as American",
}
# What is asked of a declaration is not asked of those that only conform to a known protocol.
EXPOSED = re.compile(
    r" *(?:@\w+(?:\([^)\n]*\))? )*(?:public|package) (?!import\b|extension\b|override\b)"
    r"(?!.*\b(?:static func (?:==|<)|func (?:hash|encode)\(|init\(from |"
    r"func (?:handlerAdded|channel\w+|errorCaught)\(|func run\(\) async throws|"
    r"var (?:customMirror|description)\b))"
)
PROTOCOL = re.compile(r"^(?:public|package) protocol [^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
REQUIREMENT = re.compile(
    r"    (?:(?:static|mutating|consuming|borrowing) )*(?:func|var) (\w+)|    (init\(\w*|subscript)"
)
NAMED = re.compile(r"\b(?:func|var|let) (\w+)|\b(init\(\w*|subscript)")


def c_like_prose(source):
    """The comments and literals of Swift, C or JavaScript, without what literals interpolate, and
    the words of functions' names."""
    parts = [
        match["comment"] or re.sub(r"\\#*\([^)]*\)", "", match["literal"])
        for match in C_LIKE.finditer(source)
    ]
    parts += [re.sub(r"(?<!^)(?=[A-Z])", " ", name) for name in re.findall(r"func (\w+)", source)]
    return "\n".join(re.sub(r"`[^`]*`|https?://\S+", "", part) for part in parts)


def python_prose(source):
    """The comments and literals of Python."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join(t.string for t in tokens if t.type in (tokenize.COMMENT, tokenize.STRING))


def script_prose(source):
    """The comments of scripts and manifests."""
    return "\n".join(re.findall(r"(?:^|\s)#.*", source))


PROSE = {
    ".swift": c_like_prose, ".c": c_like_prose, ".h": c_like_prose, ".js": c_like_prose,
    ".cc": c_like_prose, ".go": c_like_prose, ".java": c_like_prose, ".py": python_prose, ".md": prose, ".yaml": script_prose, ".supp": script_prose,
    "": script_prose,
}


def files():
    """What people write and read here."""
    folders = [ROOT / name for name in ("Sources", "Tests", ".ci", "kubernetes")]
    found = [ROOT / "Makefile", ROOT / "Dockerfile"] + [
        path for folder in folders for path in folder.rglob("*")
        if path.suffix in PROSE and path.is_file() and not path.is_symlink()
    ]
    # This folder holds the words to look for; the corpora of the fuzzers are not text.
    apart = {"generated", "__pycache__", "Docs", "Corpus", "Fixtures"}
    return sorted({p for p in found if not apart & set(p.parts)} | set(PAGES))


def is_documented(lines, index):
    """Whether there is a doc comment above a line, and above the attributes of its declaration."""
    above = index - 1
    while above >= 0 and re.match(r" *@", lines[above]):
        above -= 1
    return above >= 0 and re.match(r" *(?:///|\*/)", lines[above]) is not None


def requirements(source):
    """What the `package` and `public` protocols of a file ask for: pairs of a name, which for an
    initializer is its beginning, and whether it is documented."""
    found = []
    for body in PROTOCOL.findall(source):
        lines = body.splitlines()
        for index, line in enumerate(lines):
            if match := REQUIREMENT.match(line):
                found.append((match[1] or match[2], is_documented(lines, index)))
    return found


def undocumented(source, explained=frozenset()):
    """The `package` and `public` declarations, and the requirements of such protocols, that have no
    doc comment above them. What meets a requirement that is explained needs none."""
    lines = source.splitlines()
    found = [f"requirement {name}" for name, known in requirements(source) if not known]
    for index, line in enumerate(lines):
        if not EXPOSED.match(line) or is_documented(lines, index):
            continue
        named = NAMED.search(line)
        if named is None or (named[1] or named[2]) not in explained:
            found.append(line.strip())
    return found


def untidy(suffix, source, is_test=False, explained=frozenset()):
    """Kind to what is untidy in a file. Tests need no doc comments."""
    text = PROSE[suffix](source)
    found = {
        "words": [
            f"{match.group()} (say {better})"
            for pattern, better in UNIDIOMATIC.items()
            for match in re.finditer(pattern, text, re.IGNORECASE)
        ]
    }
    if suffix in (".swift", ".py"):
        found["long lines"] = [line for line in source.splitlines() if len(line) > COLUMNS_MAX]
    if suffix == ".swift" and not is_test:
        found["undocumented"] = undocumented(source, explained)
    return {kind: list_of_kind for kind, list_of_kind in found.items() if list_of_kind}


def folder(path):
    """The folder that a file is counted for: a target, or a group of tests."""
    parts = path.relative_to(ROOT).parts[:-1]
    return "/".join(parts[:2]) or "."


def survey():
    """Folder to kind to what is untidy, each with its file."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    texts = {path: path.read_text() for path in files()}
    # The names of each target's documented requirements.
    explained = collections.defaultdict(set)
    for path, text in texts.items():
        if path.suffix == ".swift":
            explained[folder(path)] |= {name for name, known in requirements(text) if known}
    for path, text in texts.items():
        is_test = ROOT / "Tests" in path.parents
        breaks_of = untidy(path.suffix, text, is_test, explained[folder(path)])
        for kind, breaks in breaks_of.items():
            found[folder(path)][kind] += [f"{name(path)}: {text.strip()}" for text in breaks]
    return found


def counts(found):
    return {f: {k: len(texts) for k, texts in kinds.items()} for f, kinds in found.items()}


if __name__ == "__main__":
    found = survey()
    if "--write" in sys.argv:
        TABLE.write_text(json.dumps(counts(found), indent=2, sort_keys=True) + "\n")
    for kinds in found.values():
        for kind, texts in kinds.items():
            print(*(f"{kind}: {text}" for text in texts), sep="\n")
