# SPDX-License-Identifier: Apache-2.0
"""moto's S3 and STS with credentials for one user, and a container's credentials endpoint.

Prints one line of JSON: where they are, the user's keys and the role. Signatures are checked.
Serves until its standard input ends; lines of it are commands: "upload BUCKET KEY FILE" (the bucket
is made first), "list BUCKET", "begin BUCKET KEY" (an upload in parts that stays unfinished),
"uploads BUCKET". "become QUIRK ..." gives the store the ways of others, and "leave METHOD PATH
SECONDS" lets it be away from the next such request on; both without checking signatures, and at the
addresses "quirky" and "secure", the same over TLS with a private authority, alone.

With LOAN_DEFAULT_TEST_S3_ENDPOINT, _KEY and _SECRET the store is the one there, whose bucket
loan-default is emptied first; moto then serves STS alone."""
import json
import logging
import os
import sys
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "1000000"
import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer
from private_authority import PrivateAuthority
from quirky_proxy import QuirkyProxy, serve

logging.disable(logging.CRITICAL)
TOKEN = "the token of the pod"
ALLOW_ALL = json.dumps({"Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
names = {"region_name": "us-east-1", "endpoint_url": endpoint}
root = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
iam = boto3.client("iam", **names, **root)
iam.create_user(UserName="loan")
iam.put_user_policy(UserName="loan", PolicyName="all", PolicyDocument=ALLOW_ALL)
key = iam.create_access_key(UserName="loan")["AccessKey"]
role = iam.create_role(RoleName="loan",
                       AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"}))["Role"]
iam.put_role_policy(RoleName="loan", PolicyName="all", PolicyDocument=ALLOW_ALL)
assumed = boto3.client("sts", **names, **root).assume_role(
    RoleArn=role["Arn"], RoleSessionName="pod")["Credentials"]
store = os.environ.get("LOAN_DEFAULT_TEST_S3_ENDPOINT")
if store:
    key = {"AccessKeyId": os.environ["LOAN_DEFAULT_TEST_S3_KEY"],
           "SecretAccessKey": os.environ["LOAN_DEFAULT_TEST_S3_SECRET"]}
client = boto3.client(
    "s3", region_name="us-east-1", endpoint_url=store or endpoint,
    aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
    config=Config(request_checksum_calculation="when_required",
                  response_checksum_validation="when_required"))
if store:
    for bucket in client.list_buckets()["Buckets"]:
        if bucket["Name"] == "loan-default":
            for page in client.get_paginator("list_objects_v2").paginate(Bucket="loan-default"):
                for entry in page.get("Contents", []):
                    client.delete_object(Bucket="loan-default", Key=entry["Key"])
            for upload in client.list_multipart_uploads(Bucket="loan-default").get("Uploads", []):
                client.abort_multipart_upload(
                    Bucket="loan-default", Key=upload["Key"], UploadId=upload["UploadId"])
            client.delete_bucket(Bucket="loan-default")


def check_signatures(free):
    """From now on, after `free` requests."""
    urllib.request.urlopen(urllib.request.Request(
        endpoint + "/moto-api/reset-auth", data=str(free).encode(),
        headers={"Content-Type": "text/plain"})).read()


class Identity(BaseHTTPRequestHandler):
    """The endpoint of EKS Pod Identity, and STS, whose one call is not signed."""

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        check_signatures(1_000_000)
        answer = urllib.request.urlopen(urllib.request.Request(
            endpoint + self.path, data=body, headers={
                "Host": "sts.us-east-1.amazonaws.com",
                "Content-Type": self.headers["content-type"]})).read()
        check_signatures(0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        allowed = self.headers.get("authorization") == TOKEN
        body = json.dumps({
            "AccessKeyId": assumed["AccessKeyId"],
            "SecretAccessKey": assumed["SecretAccessKey"],
            "Token": assumed["SessionToken"],
            "Expiration": "2099-01-01T00:00:00Z",
        }).encode() if allowed else b""
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


identity = ThreadingHTTPServer(("127.0.0.1", 0), Identity)
identity.daemon_threads = True
threading.Thread(target=identity.serve_forever, daemon=True).start()
check_signatures(0)
address = urllib.parse.urlsplit(store or endpoint)
QuirkyProxy.target = (address.hostname, address.port)
authority = PrivateAuthority()
print(json.dumps({
    "endpoint": store or endpoint,
    "secure": f"https://127.0.0.1:{authority.serve(QuirkyProxy)}",
    "authority": authority.bundle,
    "certificate": authority.server,
    "quirky": f"http://127.0.0.1:{serve(QuirkyProxy)}",
    "identity": f"http://127.0.0.1:{identity.server_address[1]}",
    "containerToken": TOKEN,
    "role": role["Arn"],
    "key": key["AccessKeyId"],
    "secret": key["SecretAccessKey"],
}), flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "upload":
        client.create_bucket(Bucket=words[1])
        client.upload_file(words[3], words[1], words[2])
        print("[]", flush=True)
    elif words[0] == "list":
        found = client.list_objects_v2(Bucket=words[1]).get("Contents", [])
        print(json.dumps(sorted(entry["Key"] for entry in found)), flush=True)
    elif words[0] == "begin":
        client.create_multipart_upload(Bucket=words[1], Key=words[2])
        print("[]", flush=True)
    elif words[0] == "become":
        check_signatures(1_000_000)
        QuirkyProxy.quirks.set(words[1:])
        print("[]", flush=True)
    elif words[0] == "leave":
        check_signatures(1_000_000)
        QuirkyProxy.quirks.set([], (words[1], words[2], float(words[3])))
        print("[]", flush=True)
    elif words[0] == "uploads":
        found = client.list_multipart_uploads(Bucket=words[1]).get("Uploads", [])
        print(json.dumps(sorted(entry["Key"] for entry in found)), flush=True)
server.stop()
