# SPDX-License-Identifier: Apache-2.0
"""gRPC's own C++ client against a server: health, unary calls and streams of both services, and a
refusal. Its scores are those of HTTP, bit for bit. `make grpc-cpp` runs it; Debian's libgrpc++-dev
and protobuf-compiler-grpc make it."""
import shlex
import shutil
import sys

from tools import MODEL, ROOT, ROWS, WORK, protoc, require, run, served, write_table

import numpy

FILES = ["grpc/health/v1/health.proto", "inference/inference.proto",
         "loan_default/v1/rpc.proto", "loan_default/v1/service.proto"]
SCORED = ["Predict", "PredictStream", "ModelInfer", "ModelStreamInfer"]
SOURCE = ROOT / "Tests/GRPC/client.cc"


def build():
    """The client, made again where what it is made of is newer."""
    require(["g++", "protoc", "grpc_cpp_plugin", "pkg-config"],
            ["g++", "libgrpc++-dev", "pkg-config", "protobuf-compiler", "protobuf-compiler-grpc"])
    program = WORK / "cpp/client"
    sources = [SOURCE, *(ROOT / "proto" / name for name in FILES)]
    if program.exists() and all(path.stat().st_mtime < program.stat().st_mtime
                                for path in sources):
        return program
    print("Building the C++ client ...", flush=True)
    program.parent.mkdir(parents=True, exist_ok=True)
    protoc(FILES, f"--cpp_out={program.parent}", f"--grpc_out={program.parent}",
           f"--plugin=protoc-gen-grpc={shutil.which('grpc_cpp_plugin')}")
    flags = shlex.split(run("pkg-config", "--cflags", "--libs", "grpc++", "protobuf"))
    run("g++", "-std=c++17", "-O1", "-Wall", "-Wextra", f"-I{program.parent}", SOURCE,
        *sorted(program.parent.rglob("*.pb.cc")), "-o", program, *flags)
    return program


def main():
    program = build()
    with served() as (server, columns, expected):
        table = WORK / "cpp/table"
        write_table(table, columns)
        output = run(program, f"127.0.0.1:{server.http_port}", MODEL, table, timeout=300)
    said = dict(line.split(" ", 1) for line in output.splitlines())
    wrong = [f"{call} says {said[call]}" for call in ["Check", "Watch"] if said[call] != "1"]
    if "5 " != said["Refusal"][:2] or "load it first" not in said["Refusal"]:
        wrong.append(f"an absent model is refused with {said['Refusal']}")
    for call in SCORED:
        scores = numpy.array(said[call].split(), numpy.float32)
        if scores.tobytes() != expected.tobytes():
            wrong.append(f"{call} differs from /predict: {scores[:5]} and {expected[:5]}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"The C++ client: {ROWS} applications by each of {', '.join(SCORED)} as over HTTP.")


if __name__ == "__main__":
    main()
