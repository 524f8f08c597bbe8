# SPDX-License-Identifier: Apache-2.0
"""Servers for the tests of ObjectStorage, in one process.

Starts moto's S3 and STS, a proxy before it that injects faults and gives it the ways of other
stores, the same over TLS with a private authority, a forward proxy, and servers that play the
container and the instance credentials endpoints. Prints one line of JSON with their ports, then
reads commands as lines of JSON and answers each with one line. Ends with its standard input.

With LOAN_DEFAULT_TEST_S3_ENDPOINT, _KEY and _SECRET the store is the one there, whose bucket is
emptied first; moto then serves STS alone.
"""

import base64
import datetime
import hashlib
import json
import logging
import os
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "1000000"
import boto3
from botocore.config import Config
from moto.s3.models import s3_backends
from forward_proxy import ForwardProxy
from moto.server import ThreadedMotoServer
from private_authority import PrivateAuthority
from quirky_proxy import QuirkyProxy, serve

logging.disable(logging.CRITICAL)
BUCKET = "loan-default"
PLAIN = Config(
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
REAL = os.environ.get("LOAN_DEFAULT_TEST_S3_ENDPOINT")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class Faults:
    """Faults to inject, in order; each matches a method and part of a path."""

    def __init__(self):
        self.lock = threading.Lock()
        self.queue = []
        self.requests = []

    def set(self, queue):
        with self.lock:
            self.queue = queue
            self.requests = []

    def next(self, method, path, headers):
        with self.lock:
            checksum = headers.get("x-amz-checksum-sha256") or ""
            time = headers.get("x-amz-date") or ""
            self.requests.append([method, path, headers.get("range") or "", checksum, time])
            for fault in self.queue:
                if fault.get("method") in (None, method) and fault.get("path", "") in path:
                    fault["times"] = fault.get("times", 1) - 1
                    if fault["times"] <= 0:
                        self.queue.remove(fault)
                    return fault
        return None


class Proxy(QuirkyProxy):
    faults = Faults()

    def handle_any(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        fault = self.faults.next(self.command, self.path, self.headers) or {}
        kind = fault.get("kind")
        if self.quirks.is_away(self.command, self.path):
            return self.cut()
        if kind == "lose":
            return self.answer(200, [("ETag", '"lost"')], b"")
        if kind == "status":
            return self.answer(fault["status"], fault.get("headers", []), self.error(fault))
        if kind == "pages":
            return self.answer(200, [], self.page(fault))
        if kind == "silent":
            time.sleep(fault["seconds"])
            return self.cut()
        if kind == "reset_before":
            return self.cut()
        status, headers, content = self.forward(body)
        if kind == "store_then_status":
            return self.answer(fault["status"], [], self.error(fault))
        if kind == "store_then_reset":
            return self.cut()
        if kind == "corrupt" and content:
            content = content[:-1] + bytes([content[-1] ^ 1])
        if kind == "long":
            content = content + b"x" * fault["bytes"]
        if kind == "short_framed":
            content = content[: fault["bytes"]]
        if kind in ("short", "reset_mid", "trickle"):
            self.head(status, headers, len(content))
            self.wfile.write(content[: fault["bytes"]])
            self.wfile.flush()
            if kind == "trickle":
                for byte in content[fault["bytes"] :]:
                    time.sleep(0.2)
                    try:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                    except OSError:
                        break
            if kind == "reset_mid":
                return self.cut()
            self.close_connection = True
            return None
        self.answer(status, headers, content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

    @staticmethod
    def error(fault):
        if "body" in fault:
            return fault["body"].encode()
        code = fault.get("code")
        return f"<Error><Code>{code}</Code></Error>".encode() if code else b""

    @staticmethod
    def page(fault):
        """The next of some pages, of which the last comes again and again."""
        fault["page"] = fault.get("page", 0) + 1
        pages = fault["pages"]
        page = pages[min(fault["page"], len(pages)) - 1]
        return page.replace("PAGE", str(fault["page"])).encode()


class Identity(BaseHTTPRequestHandler):
    """The container and the instance credentials endpoints."""

    protocol_version = "HTTP/1.1"
    state = {"token": "", "status": 200, "body": None, "count": 0, "delay": 0, "tokens": 0}

    def log_message(self, *arguments):
        pass

    def do_PUT(self):
        if self.headers.get("x-aws-ec2-metadata-token-ttl-seconds") != "21600":
            return self.answer(400, "")
        self.state["tokens"] += 1
        self.answer(self.state["status"], "imds-token")

    def do_GET(self):
        state = self.state
        state["count"] += 1
        time.sleep(state["delay"])
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path.startswith("/latest/"):
            if self.headers.get("x-aws-ec2-metadata-token") != "imds-token":
                return self.answer(401, "")
            if self.path == roles:
                return self.answer(200, "loan-role\n")
            if self.path != roles + "loan-role":
                return self.answer(404, "")
        elif self.headers.get("authorization") != state["token"]:
            return self.answer(401, "")
        self.answer(state["status"], state["body"] or self.keys())

    def keys(self):
        return json.dumps(
            {
                "AccessKeyId": f"AKID{self.state['count']}",
                "SecretAccessKey": "secret",
                "Token": "session",
                "Expiration": "2099-01-01T00:00:00Z",
            }
        )

    def answer(self, status, text):
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


def self_signed(folder):
    """A certificate that nobody trusts, and its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = os.path.join(folder, "certificate.pem")
    with open(path, "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return path


class UntrustedTLS:
    """Counts connections, whose handshakes the client must end."""

    count = 0

    @classmethod
    def start(cls):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            context.load_cert_chain(self_signed(folder))
        listener = socket.create_server(("127.0.0.1", 0))

        def accept():
            while True:
                connection, _ = listener.accept()
                cls.count += 1
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]


class Commands:
    def __init__(self, endpoint, moto, key, secret):
        self.moto = moto
        self.s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name="us-east-1",
            config=PLAIN,
        )

    def faults(self, command):
        Proxy.faults.set(command["queue"])
        return {}

    def quirks(self, command):
        Proxy.quirks.set(command["names"], command.get("outage"))
        return {}

    def refused(self, command):
        """How many requests came while the store was away."""
        return {"count": Proxy.quirks.outage.refused}

    def keys(self, command):
        answer = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=command["prefix"])
        return {"keys": [entry["Key"] for entry in answer.get("Contents", [])]}

    def requests(self, command):
        return {"requests": Proxy.faults.requests}

    def identity(self, command):
        Identity.state.update(command["state"])
        return dict(Identity.state)

    def handshakes(self, command):
        return {"count": UntrustedTLS.count}

    def forwarded(self, command):
        """What the forward proxy was asked since the last call; from now on it wants `login`."""
        with ForwardProxy.lock:
            requests, ForwardProxy.requests[:] = list(ForwardProxy.requests), []
        ForwardProxy.login = command.get("login")
        return {"requests": requests}

    def put(self, command):
        self.s3.put_object(
            Bucket=BUCKET, Key=command["key"], Body=base64.b64decode(command["body"])
        )
        return {}

    def get(self, command):
        answer = self.s3.get_object(Bucket=BUCKET, Key=command["key"])
        return {
            "sha256": hashlib.sha256(answer["Body"].read()).hexdigest(),
            "etag": answer["ETag"],
            "encryption": answer.get("ServerSideEncryption") or "",
        }

    def uploads(self, command):
        answer = self.s3.list_multipart_uploads(Bucket=BUCKET)
        return {"keys": [upload["Key"] for upload in answer.get("Uploads", [])]}

    def begin_upload(self, command):
        answer = self.s3.create_multipart_upload(Bucket=BUCKET, Key=command["key"])
        self.s3.upload_part(
            Bucket=BUCKET,
            Key=command["key"],
            UploadId=answer["UploadId"],
            PartNumber=1,
            Body=b"part",
        )
        return {}

    def fill(self, command):
        """Objects put into moto itself: many requests would take longer than the test."""
        if REAL:
            for number in range(command["count"]):
                self.s3.put_object(
                    Bucket=BUCKET, Key=f"{command['prefix']}{number:05d}", Body=b"x"
                )
            return {}
        backend = s3_backends["123456789012"]["aws"]
        for number in range(command["count"]):
            backend.put_object(BUCKET, f"{command['prefix']}{number:05d}", b"x")
        return {}

    def auth(self, command):
        """Signature checks on (0 free requests) or off; a real store always checks them."""
        request = urllib.request.Request(
            self.moto + "/moto-api/reset-auth",
            data=str(command["free"]).encode(),
            headers={"Content-Type": "text/plain"},
        )
        urllib.request.urlopen(request).read()
        return {}


def empty_bucket(s3):
    """The bucket, with nothing in it."""
    try:
        s3.create_bucket(Bucket=BUCKET)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for entry in page.get("Contents", []):
            s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    for upload in s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        s3.abort_multipart_upload(
            Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
        )


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    names = {"region_name": "us-east-1", "endpoint_url": endpoint}
    keys = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
    iam = boto3.client("iam", **names, **keys)
    iam.create_user(UserName="loan")
    key = iam.create_access_key(UserName="loan")["AccessKey"]
    iam.put_user_policy(
        UserName="loan", PolicyName="all", PolicyDocument=json.dumps(POLICY)
    )
    iam.create_role(
        RoleName="loan", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"})
    )
    iam.put_role_policy(RoleName="loan", PolicyName="all", PolicyDocument=json.dumps(POLICY))
    key, secret = key["AccessKeyId"], key["SecretAccessKey"]
    store = endpoint
    if REAL:
        store = REAL
        key = os.environ["LOAN_DEFAULT_TEST_S3_KEY"]
        secret = os.environ["LOAN_DEFAULT_TEST_S3_SECRET"]
    commands = Commands(store, endpoint, key, secret)
    empty_bucket(commands.s3)
    address = urllib.parse.urlsplit(store)
    Proxy.target = (address.hostname, address.port)
    authority = PrivateAuthority()
    ready = {
        "store": store,
        "moto": endpoint,
        "proxy": f"http://127.0.0.1:{serve(Proxy)}",
        "private": f"https://127.0.0.1:{authority.serve(Proxy)}",
        "authority": authority.bundle,
        "forward": f"http://127.0.0.1:{serve(ForwardProxy)}",
        "untrusted": f"https://127.0.0.1:{UntrustedTLS.start()}",
        "identity": f"http://127.0.0.1:{serve(Identity)}",
        "key": key,
        "secret": secret,
    }
    print(json.dumps(ready), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(commands, command["do"])(command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
