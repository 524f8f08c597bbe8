# SPDX-License-Identifier: Apache-2.0
"""The clients in Go and Java that docs/grpc.md shows, built as they stand there and called: each
says what /predict says. `make grpc-examples` runs it; names of languages run these alone.

Debian's grpc-go is older than `grpc.NewClient`, which is `grpc.Dial` under the name that it has
since 1.63, and than the name of plaintext: both are added to a copy of it."""
import pathlib
import re
import shutil
import sys

from tools import ROOT, WORK, require, run, served

import numpy

PAGE = (ROOT / "docs/grpc.md").read_text()
GO_PACKAGES = ["golang-go", "golang-google-grpc-dev", "golang-google-protobuf-dev",
               "golang-github-golang-protobuf-1-5-dev", "protoc-gen-go", "protoc-gen-go-grpc",
               "protobuf-compiler"]
JAVA_PACKAGES = ["default-jdk-headless", "libgeronimo-annotation-1.3-spec-java",
                 "libgoogle-gson-java", "libgrpc-java", "libguava-java", "libnetty-java",
                 "libperfmark-java", "libprotobuf-java", "protobuf-compiler",
                 "protobuf-compiler-grpc-java-plugin"]
GO_SOURCES = pathlib.Path("/usr/share/gocode/src")
NEW_NAMES = {
    "google.golang.org/grpc/new_client.go":
        "package grpc\n\nfunc NewClient(target string, options ...DialOption) (*ClientConn, error)"
        " {\n\treturn Dial(target, append(options, WithInsecure())...)\n}\n",
    "google.golang.org/grpc/credentials/insecure/insecure.go":
        "package insecure\n\nimport \"google.golang.org/grpc/credentials\"\n\n"
        "func NewCredentials() credentials.TransportCredentials { return nil }\n",
}
# Libraries in /usr/share/java.
JARS = ["geronimo-annotation-1.3-spec", "gson", "guava", "perfmark-api", "protobuf",
        *(f"grpc-{part}" for part in ["api", "context", "core", "netty", "protobuf",
                                      "protobuf-lite", "stub"]),
        *(f"netty-{part}" for part in ["buffer", "codec", "codec-http", "codec-http2", "common",
                                       "handler", "resolver", "transport"])]


def block(language):
    """The one block of a language on the page."""
    [body] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return body


def commands(word):
    """The shell block of the page that names something."""
    [body] = [body for body in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
              if word in body]
    return body


def fresh(name):
    """An empty folder with the page's `proto` in it."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "proto").symlink_to(ROOT / "proto")
    return folder


def go(port):
    """Builds and runs the client in Go."""
    require(["go", "protoc", "protoc-gen-go", "protoc-gen-go-grpc"], GO_PACKAGES)
    root = fresh("go")
    own = root / "src/loan-default"
    shutil.copytree(GO_SOURCES / "google.golang.org/grpc", root / "src/google.golang.org/grpc",
                    ignore=shutil.ignore_patterns("*_test.go", "testdata"))
    for name, source in NEW_NAMES.items():
        path = root / "src" / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(source)
    own.mkdir(parents=True)
    (own / "proto").symlink_to(ROOT / "proto")
    run("sh", "-ec", commands("--go_out"), cwd=own)
    (own / "main.go").write_text(block("go").replace("localhost:5000", f"localhost:{port}"))
    environment = {"GOPATH": f"{root}:{GO_SOURCES.parent}", "GO111MODULE": "off",
                   "GOCACHE": str(WORK / "go-cache"), "GOFLAGS": "", "HOME": str(root)}
    run("go", "build", "-o", root / "client", "loan-default", cwd=own, environment=environment)
    return run(root / "client")


def java(port):
    """Builds and runs the client in Java."""
    require(["javac", "java", "protoc", "grpc_java_plugin"], JAVA_PACKAGES)
    root = fresh("java")
    run("protoc", "--proto_path=proto", "--java_out=.", "--grpc_out=.",
        f"--plugin=protoc-gen-grpc={shutil.which('grpc_java_plugin')}",
        "loan_default/v1/rpc.proto", "loan_default/v1/service.proto", cwd=root)
    (root / "Client.java").write_text(
        block("java").replace("localhost:5000", f"localhost:{port}"))
    path = ":".join([str(root), *(f"/usr/share/java/{jar}.jar" for jar in JARS)])
    run("javac", "-nowarn", "-cp", path, *sorted(root.rglob("*.java")), cwd=root)
    return run("java", "-cp", path, "Client", cwd=root)


LANGUAGES = {"go": go, "java": java}


def main():
    asked = sys.argv[1:] or list(LANGUAGES)
    with served() as (server, _, _):
        record = record_of(block("go"))
        expected = served_score(server, record)
        for language in asked:
            found = numpy.float32(LANGUAGES[language](server.http_port).strip())
            if found != expected:
                sys.exit(f"{language}: {found} rather than {expected}")
            print(f"The client in {language}: {found}, as over HTTP.", flush=True)


def record_of(source):
    """The application of the page."""
    pairs = re.findall(r'"(\w+)": ("\w+"|[\d.]+)', source)
    return {name: value.strip('"') if '"' in value else float(value) for name, value in pairs}


def served_score(server, record):
    """What /predict says of it."""
    from protocol_model import predicted

    columns = {name: numpy.array([value], object if isinstance(value, str) else numpy.float32)
               for name, value in record.items()}
    [score] = predicted(f"http://127.0.0.1:{server.http_port}", columns)
    return score


if __name__ == "__main__":
    main()
