# SPDX-License-Identifier: Apache-2.0
"""X08: writes kubernetes/seccomp.json: the system calls that the server has been seen to make,
under strace, in the documented session on local files and on S3 and under load: `make seccomp`."""

import json
import re

import boto3
from moto.server import ThreadedMotoServer

import check
from steps import Builder

PROFILE = check.CONTEXT / "kubernetes" / "seccomp.json"
# What is rarely seen and yet needed: an end by abort, the other forms of the same calls that
# another C library or kernel chooses, reading a clock without the vDSO, a full disk.
UNSEEN = """
    accept access brk chmod clock_getres clock_gettime clone clone3 dup dup2 dup3 epoll_create1
    epoll_pwait epoll_wait execve exit exit_group faccessat faccessat2 fdatasync fsync ftruncate
    futex futex_waitv getcpu getdents64 getpeername getpid gettid getrandom getsockname getsockopt
    gettimeofday kill madvise mincore mremap nanosleep newfstatat open openat openat2 pipe2 poll
    ppoll pread64 preadv pwrite64 pwritev readlink readlinkat readv recvfrom recvmsg rename renameat
    renameat2 restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait
    sched_getaffinity sched_setattr sched_setscheduler sched_yield sendfile sendmmsg sendmsg sendto
    setpriority setsockopt shutdown sigaltstack stat statfs statx tgkill timerfd_create
    timerfd_settime uname unlink unlinkat wait4 writev
""".split()

# What a container runtime does between applying the profile and starting the program, and what a
# shell does that starts it.
RUNTIME = """
    capget capset chdir close_range faccessat2 fchdir fchown fork fstat fstatfs getegid geteuid
    getgid getpgrp getppid getuid lstat pipe setgid setgroups setuid umask vfork
""".split()


def calls(trace):
    """The names of what the server did, from its start on."""
    names, server = set(), None
    started = re.compile(r'(\d+) +execve\("[^"]*/loan-default", \["[^"]*", "serve"')
    before = set()
    for line in open(trace, errors="replace"):
        pid = line.split(" ", 1)[0]
        match = started.match(line)
        if match:
            server = match.group(1)
        if server is None:
            before.add(pid)
        elif pid == server or pid not in before:
            name = re.match(r"\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)", line)
            if name:
                names.add(name.group(1))
    return names


def storage(image, server):
    """An S3 with applications in it; returns what the server must do with them."""
    # By name, so that names are resolved too.
    endpoint = f"http://localhost:{server.get_host_and_port()[1]}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1",
                          aws_access_key_id="a", aws_secret_access_key="b")
    client.create_bucket(Bucket="loan-default")
    folder = check.WORK / "applications"
    folder.mkdir(exist_ok=True)
    image.chroot(
        f"{image.entrypoint[0]} sample-data --rows 4000 --output /tmp/a.csv >/dev/null",
        user="0:0",
        caches={folder: "/tmp"},
    )
    rows = (folder / "a.csv").read_bytes()
    client.put_object(Bucket="loan-default", Key="in/a.csv", Body=rows)
    image.env |= {
        "AWS_ENDPOINT_URL_S3": endpoint, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
    }

    def session(http, rpc):
        s3 = {"backend": "s3", "bucket": "loan-default"}
        check.call(http, "/data", s3 | {"key": "in/a.csv", "size": 8000})
        check.call(http, "/train", s3 | {
            "data_key": "in", "model_key": "models", "model_name": "model.joblib",
            "local_data_path": "None", "local_model_path": "None", "parameters": {"rounds": 10}})
        answer = check.call(http, "/predict", s3 | {
            "data_key": "in", "model_key": "models", "model_name": "model.joblib",
            "local_model_path": "None", "preprocessor_path": "None",
            "sample": [check.APPLICATION] * 200})
        check.require(len(answer[1]["Prediction Output"]) == 200, "/predict answers from S3")

    return session


def main():
    image = Builder.built(check.WORK)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=check.free_port())
    server.start()
    try:
        record(image, storage(image, server))
    finally:
        server.stop()


def record(image, session):
    trace = check.WORK / "trace"
    check.check_serving(image, trace=trace, more=session)
    seen = calls(trace)
    # Runs differ in what they happen to call: what was seen once stays.
    if PROFILE.exists():
        seen |= set(json.loads(PROFILE.read_text())["syscalls"][0]["names"])
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "architectures": ["SCMP_ARCH_X86_64"],
        "syscalls": [{"names": sorted({*seen, *UNSEEN, *RUNTIME}), "action": "SCMP_ACT_ALLOW"}],
    }
    PROFILE.write_text(json.dumps(profile, indent=2) + "\n")
    print(f"{len(seen)} calls seen, {len(profile['syscalls'][0]['names'])} allowed; not foreseen:",
          *sorted(seen - set(UNSEEN)))
    check.check_serving(image, profile=PROFILE, more=session)


if __name__ == "__main__":
    main()
