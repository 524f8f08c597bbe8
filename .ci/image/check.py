# SPDX-License-Identifier: Apache-2.0
"""X07 X08: builds the image's steps in fresh folders, runs the program there without any right,
gets a prediction, and says how large it is: `make image-check`."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from steps import Builder, folder_bytes

CONTEXT = pathlib.Path(__file__).resolve().parents[2]
WORK = CONTEXT / ".cache" / "image"
STORAGE = "/srv/loan-default"
APPLICATION = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}


def require(condition, text):
    if not condition:
        sys.exit(f"image-check: {text}")
    print(f"ok: {text}", flush=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def call(port, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        if path == "/readyz":
            raise
        sys.exit(f"image-check: {path} answers {error.code}: {error.read().decode()}")


def wait_ready(port, process):
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"image-check: the server ended: {process.stderr.read()}")
        try:
            return call(port, "/readyz")[0]
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("image-check: the server is not ready after 60 s")


def children(pid):
    """The processes below `pid`, deepest last."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def check_updates(image):
    """X13: no update of Debian, security above all, may be missing from what was installed."""
    listed = image.root.parent / "updates"
    listed.mkdir(exist_ok=True)
    # apt reads the lists as a user of its own, which writes to /tmp.
    listed.chmod(0o1777)
    image.chroot(
        "apt-get update -qq && apt-get --simulate upgrade >/tmp/upgrade",
        user="0:0",
        tmpfs=[("/var/lib/apt/lists", "mode=755")],
        caches={listed: "/tmp"},
    )
    pending = [
        line for line in (listed / "upgrade").read_text().splitlines() if line.startswith("Inst ")
    ]
    require(not pending, f"no update is pending {pending or ''}")


def check_libraries(image):
    text = subprocess.run(
        ["chroot", image.root, "ldd", image.entrypoint[0]],
        check=True, capture_output=True, text=True,
    ).stdout
    require("not found" not in text, "every shared library is there")
    require("libswift" not in text, "the Swift libraries are linked in")


def check_accounts(image):
    user, _, group = image.user.partition(":")
    require(user.isdigit() and int(user) > 0 and group.isdigit(), "the user is a number, not root")
    found = [
        str(path.relative_to(image.root))
        for path in image.root.rglob("*")
        if not path.is_symlink()
        and path.is_file()
        and path.stat().st_uid == int(user)
    ]
    require(not found, "the user owns no file of the image")


def check_serving(image, profile=None, trace=None, more=lambda http, rpc: None):
    """The whole documented session, on a read-only root, with no right at all: by setpriv, or with
    a seccomp profile as well. `more` is done before the end."""
    user, _, group = image.user.partition(":")
    http, rpc, metrics = free_port(), free_port(), free_port()
    image.env |= {
        "LOAN_DEFAULT_HOST": "127.0.0.1",
        "LOAN_DEFAULT_HTTP_PORT": str(http),
        "LOAN_DEFAULT_RPC_PORT": str(rpc),
        "LOAN_DEFAULT_METRICS_PORT": str(metrics),
    }
    program = image.entrypoint[0]
    owned = f"uid={user},gid={group},mode=700,size=256m"
    setpriv = [
        "/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups",
        "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
    ]
    process = image.chroot(
        f"{program} sample-data --rows 4000 --output {STORAGE}/applications.csv >/dev/null && "
        f"exec {' '.join([*image.entrypoint, *image.command])}",
        read_only=True,
        tmpfs=[("/tmp", owned), (STORAGE, owned)],
        prefix=setpriv,
        profile=profile,
        trace=trace,
        wait=False,
    )
    try:
        require(wait_ready(metrics, process) == 200, "the server is ready")
        (server,) = [
            pid
            for pid in children(process.pid)
            if pathlib.Path(f"/proc/{pid}/exe").readlink().name == pathlib.Path(program).name
        ]
        status = dict(
            line.split(":\t", 1)
            for line in pathlib.Path(f"/proc/{server}/status").read_text().splitlines()
        )
        require(set(status["Uid"].split()) == {user}, f"it runs as user {user}")
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            require(int(status[name], 16) == 0, f"{name} is empty")
        mounts = pathlib.Path(f"/proc/{server}/mountinfo").read_text().splitlines()
        (root,) = [m.split() for m in mounts if m.split()[4] == "/"]
        require("ro" in root[5].split(","), "its root is read-only")
        require(status["NoNewPrivs"].strip() == "1", "it can gain no privileges")
        require((status["Seccomp"].strip() == "2") == (profile is not None), "seccomp is as asked")
        local = {"backend": "local"}
        answer = call(http, "/data", local | {
            "local_path": "applications.csv", "target_path": "data", "size": 8000})
        require(answer[0] == 200, f"/data answers {answer[1]}")
        answer = call(http, "/train", local | {
            "local_data_path": "data", "local_model_path": "models", "model_name": "model.joblib",
            "parameters": {"rounds": 50}})
        require(answer[0] == 200, f"/train answers {answer[1]['msg']!r}")
        answer = call(http, "/predict", local | {
            "model_name": "model.joblib", "local_model_path": "models",
            "preprocessor_path": "data", "sample": [APPLICATION]})
        (label, probability), = answer[1]["Prediction Output"]
        require(label == str(probability > 0.5), f"/predict answers {answer[1]}")
        more(http, rpc)
        memory = pathlib.Path(f"/proc/{server}/status").read_text()
        resident = [l for l in memory.splitlines() if l.startswith("VmRSS")][0].split()[1]
        print(f"resident memory after it all: {int(resident) / 1024:.0f} MiB")
        os.kill(server, signal.SIGTERM)
        process.communicate(timeout=25)
        require(process.returncode == 0, "SIGTERM ends it with exit code 0 in 25 s")
    finally:
        if process.poll() is None:
            for pid in reversed(children(process.pid)):
                os.kill(pid, signal.SIGKILL)
            process.wait()


def report_size(image):
    program = image.root / image.entrypoint[0].lstrip("/")
    base = folder_bytes(WORK / "bases" / "debian")
    total = folder_bytes(image.root)
    packed = subprocess.run(
        f"tar -C '{image.root}' -c . | gzip -6 | wc -c", shell=True, check=True,
        capture_output=True, text=True,
    ).stdout
    print(
        f"image: {total / 2**20:.0f} MiB ({int(packed) / 2**20:.0f} MiB packed), of it "
        f"{base / 2**20:.0f} MiB Debian and {program.stat().st_size / 2**20:.0f} MiB the program"
    )


def main():
    if os.geteuid() != 0:
        sys.exit("image-check: debootstrap and chroot ask for root")
    WORK.mkdir(parents=True, exist_ok=True)
    image = Builder(CONTEXT, WORK).build()
    require(not image.healthcheck, "no HEALTHCHECK")
    check_accounts(image)
    check_libraries(image)
    check_updates(image)
    check_serving(image)
    check_serving(image, profile=CONTEXT / "kubernetes" / "seccomp.json")
    report_size(image)


if __name__ == "__main__":
    main()
