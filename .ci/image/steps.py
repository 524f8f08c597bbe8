# SPDX-License-Identifier: Apache-2.0
"""Carries out the steps of a Dockerfile in plain folders, on a machine without a container engine.

Base images stand for what they are made of: Debian's by debootstrap, Swift's by the same and the
toolchain of this machine. Root only.
"""

import fnmatch
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import dockerfile

MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org")
SUITE = "bookworm"
# What the image swift:*-bookworm has in addition to the toolchain.
SWIFT_PACKAGES = (
    "binutils ca-certificates git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev "
    "libncurses6 libpython3.11 libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-dev pkg-config "
    "tzdata zlib1g-dev"
).split()
# What Debian's slim images leave out.
SLIM = """path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""
TOOLCHAIN = "/opt/toolchain"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, **options)


def host_toolchain():
    """The folder that holds `usr/bin/swift`; SWIFT_TOOLCHAIN names another than that in PATH."""
    named = os.environ.get("SWIFT_TOOLCHAIN")
    if named:
        return pathlib.Path(named)
    return pathlib.Path(os.path.realpath(shutil.which("swift"))).parents[2]


def package_mirrors():
    """(folder, address) of every local copy that git is set to use instead of an address."""
    listed = subprocess.run(
        ["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], capture_output=True, text=True
    ).stdout
    pairs = []
    for line in listed.splitlines():
        key, address = line.split(" ", 1)
        folder = key.removeprefix("url.").removesuffix(".insteadof")
        if folder.startswith("/") and os.path.isdir(folder):
            pairs.append((folder, address))
    return pairs


@dataclass
class Stage:
    """One stage: a folder and what the instructions say of running in it."""

    name: str
    root: pathlib.Path
    env: dict = field(default_factory=lambda: {"PATH": PATH})
    binds: dict = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    entrypoint: list = field(default_factory=list)
    command: list = field(default_factory=list)
    labels: dict = field(default_factory=dict)
    healthcheck: bool = False

    def chroot(self, script, *, user=None, read_only=False, tmpfs=(), caches=None, prefix=(),
               profile=None, trace=None, wait=True):
        """Runs a shell script in namespaces of its own, as `user` or the stage's user.

        `tmpfs` is a list of (path, options); `prefix` is a command that starts the script, as
        root; `profile` is the seccomp profile to run under; `trace` is a file for strace to write
        to; without `wait` the running process is returned.
        """
        root = shlex.quote(str(self.root))
        lines = [f"mount --bind {root} {root}"]
        for source, target in {**self.binds, **(caches or {})}.items():
            inner = self.root / target.lstrip("/")
            inner.mkdir(parents=True, exist_ok=True)
            lines.append(f"mount --bind {shlex.quote(str(source))} {shlex.quote(str(inner))}")
        if read_only:
            lines.append(f"mount -o remount,bind,ro {root}")
        else:
            lines.append(f"cp -L /etc/resolv.conf {root}/etc/resolv.conf")
        lines += [
            f"mount -t proc proc {root}/proc",
            f"mount -t tmpfs -o mode=755,size=64k dev {root}/dev",
            *(
                f"touch {root}/dev/{d} && mount --bind /dev/{d} {root}/dev/{d}"
                for d in ("null", "zero", "random", "urandom")
            ),
            f"ln -s /proc/self/fd {root}/dev/fd",
            *(f"mount -t tmpfs -o {o} tmpfs {root}{path}" for path, o in tmpfs),
        ]
        script = ["/bin/sh", "-c", f"cd {shlex.quote(self.workdir)} && {script}"]
        if profile is None:
            userspec = "0:0" if prefix else user or self.user
            start = ["chroot", f"--userspec={userspec}", str(self.root), *prefix]
        else:
            start = [
                sys.executable, str(pathlib.Path(__file__).with_name("confine.py")),
                str(self.root), *self.user.split(":"), str(profile), self.workdir,
            ]
        environment = [f"{key}={value}" for key, value in self.env.items()]
        lines.append("exec " + shlex.join(["env", "-i", *environment, *start, *script]))
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child=TERM", "bash", "-ec"]
        command.append("\n".join(lines))
        if trace is not None:
            command = [
                "strace", "-f", "-qq", "-e", "signal=none", "-s", "64", "-o", trace, *command
            ]
        if not wait:
            return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        if subprocess.run(command).returncode != 0:
            raise SystemExit(f"failed in stage {self.name}: {script}")
        return None


class Builder:
    """Builds the stages of one Dockerfile below `work`, which keeps base images and caches."""

    def __init__(self, context, work):
        self.context = pathlib.Path(context)
        self.work = pathlib.Path(work)
        self.stages = []

    def build(self):
        """The last stage: the image."""
        for step in dockerfile.parse_file(str(self.context / "Dockerfile")):
            print(f"-- {step.original[:100]}", flush=True)
            getattr(self, "_" + step.cmd.lower())(step)
        image = self.stages[-1]
        state = {key: value for key, value in vars(image).items() if key not in ("root", "binds")}
        (self.work / "image.json").write_text(json.dumps(state))
        return image

    @staticmethod
    def built(work):
        """The image that was built below `work` before."""
        path = pathlib.Path(work) / "image.json"
        if not path.exists():
            sys.exit("there is no image yet; `make image-check` builds one")
        state = json.loads(path.read_text())
        return Stage(root=pathlib.Path(work) / "stages" / state["name"], **state)

    # The instructions

    def _from(self, step):
        image = step.value[0]
        name = step.value[2] if len(step.value) == 3 else str(len(self.stages))
        root = self.work / "stages" / name
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        kind, _, tag = image.partition(":")
        base = {"debian": self._debian, "swift": self._swift}[kind](tag)
        run("cp", "-a", "--reflink=auto", base, root)
        stage = Stage(name, root)
        if kind == "swift":
            stage.binds[host_toolchain()] = TOOLCHAIN
            stage.env["PATH"] = f"{TOOLCHAIN}/usr/bin:{PATH}"
            self._reach_packages(stage)
        self.stages.append(stage)

    def _run(self, step):
        stage = self.stages[-1]
        caches = {}
        for flag in step.flags:
            options = dict(o.split("=") for o in flag.removeprefix("--mount=").split(","))
            assert options.keys() == {"type", "target"} and options["type"] == "cache", flag
            folder = self.work / "caches" / options["target"].strip("/").replace("/", "-")
            folder.mkdir(parents=True, exist_ok=True)
            caches[folder] = options["target"]
        stage.chroot(step.value[0], caches=caches)

    def _copy(self, step):
        stage = self.stages[-1]
        flags = dict(flag.removeprefix("--").split("=") for flag in step.flags)
        assert flags.keys() <= {"from"}, flags
        *sources, target = step.value
        if "from" in flags:
            origin = next(s.root for s in self.stages if s.name == flags["from"])
        else:
            origin = self._filtered_context()
        destination = stage.root / os.path.join(stage.workdir, target).lstrip("/")
        for source in sources:
            path = origin / source.lstrip("/")
            into = destination / path.name if target.endswith("/") else destination
            into.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, into, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy(path, into)
            run("chown", "-R", "0:0", into)

    def _env(self, step):
        self.stages[-1].env.update(pairs(step.value))

    def _label(self, step):
        self.stages[-1].labels.update(pairs(step.value))

    def _workdir(self, step):
        self.stages[-1].workdir = step.value[0]
        (self.stages[-1].root / step.value[0].lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _user(self, step):
        self.stages[-1].user = step.value[0]

    def _entrypoint(self, step):
        assert step.json, "a shell in between would keep SIGTERM from the program"
        self.stages[-1].entrypoint = list(step.value)

    def _cmd(self, step):
        assert step.json
        self.stages[-1].command = list(step.value)

    def _healthcheck(self, step):
        self.stages[-1].healthcheck = True

    def _expose(self, step):
        pass

    def _stopsignal(self, step):
        assert step.value[0] == "SIGTERM"

    # What they are made of

    def _filtered_context(self):
        """The context as .dockerignore leaves it: patterns of whole names, the last match wins."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        patterns = [
            line
            for line in (self.context / ".dockerignore").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        for path in self.context.iterdir():
            ignored = False
            for pattern in patterns:
                if fnmatch.fnmatch(path.name, pattern.removeprefix("!")):
                    ignored = not pattern.startswith("!")
            if not ignored:
                run("cp", "-a", path, folder)
        return folder

    def _debian(self, tag):
        assert tag.split("-")[0] in ("12", SUITE), tag
        base = self.work / "bases" / "debian"
        if not (base / ".complete").exists():
            shutil.rmtree(base, ignore_errors=True)
            base.mkdir(parents=True)
            run("debootstrap", "--variant=minbase", SUITE, base, f"{MIRROR}/debian",
                stdout=subprocess.DEVNULL)
            (base / "etc/apt/sources.list").write_text(
                f"deb {MIRROR}/debian {SUITE} main\n"
                f"deb {MIRROR}/debian {SUITE}-updates main\n"
                f"deb {MIRROR}/debian-security {SUITE}-security main\n"
            )
            (base / "etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM)
            for folder in ("info", "locale", "man"):
                shutil.rmtree(base / "usr/share" / folder, ignore_errors=True)
            for path in (base / "usr/share/doc").rglob("*"):
                if not path.is_dir() and path.name != "copyright":
                    path.unlink()
            run("chroot", base, "apt-get", "clean")
            (base / ".complete").touch()
        return base

    def _swift(self, tag):
        version, _, suite = tag.partition("-")
        assert suite == SUITE, tag
        text = run(host_toolchain() / "usr/bin/swift", "--version", capture_output=True, text=True)
        assert f"Swift version {version} " in text.stdout, f"the toolchain is not {version}"
        base = self.work / "bases" / "swift"
        complete = base / ".complete"
        if not complete.exists() or complete.read_text().split() != SWIFT_PACKAGES:
            shutil.rmtree(base, ignore_errors=True)
            run("cp", "-a", "--reflink=auto", self._debian("12"), base)
            complete.unlink()
            Stage("swift", base).chroot(
                "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "
                f"--no-install-recommends {' '.join(SWIFT_PACKAGES)} >/dev/null"
            )
            complete.write_text(" ".join(SWIFT_PACKAGES))
        return base

    def _reach_packages(self, stage):
        lines = []
        for folder, address in package_mirrors():
            stage.binds[folder] = folder
            lines.append(f'[url "{folder}"]\n\tinsteadOf = {address}\n')
        lines.append("[safe]\n\tdirectory = *\n")
        (stage.root / "etc/gitconfig").write_text("".join(lines))


def pairs(values):
    """Keys and values of ENV and LABEL."""
    return {key: value.strip('"') for key, value in zip(values[::2], values[1::2])}


def folder_bytes(root):
    """What the files below `root` hold, hard links once, as a layer would."""
    seen, total = set(), 0
    for folder, _, names in os.walk(root):
        for name in names:
            status = os.lstat(os.path.join(folder, name))
            if status.st_ino not in seen:
                seen.add(status.st_ino)
                total += status.st_size
    return total
