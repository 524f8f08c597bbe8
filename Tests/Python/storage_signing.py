# SPDX-License-Identifier: Apache-2.0
"""Random requests signed by botocore, one JSON object per line.

Arguments: count, seed. Keys hold spaces, `+`, `=`, `%`, `//`, `..` and unicode; headers share
prefixes and hold white space; queries repeat names.
"""

import datetime
import json
import random
import sys

import botocore.auth
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode

PIECES = [
    " ", "+", "=", "%", "%20", "/", "//", "..", "/../", "/./", "?", "#", "&", "~", "-", "_", ".",
    "*", "'", "(", ")", "!", "@", "$", ",", ";", ":", "[", "]", "\\", "^", "`", "{", "|", "}",
    '"', "<", ">", "é", "ü", "漢", "字", "🏦", "\u0301", "a", "Z", "0", "loan", "Xtrain.npy", "\t",
]
NAMES = [
    "x-amz-meta", "x-amz-meta-a", "x-amz-meta-ab", "x-amz-meta-a-b", "x-amz-acl", "x-amz",
    "range", "if-match", "content-type", "x-amz-meta-1", "x-amz-meta-10", "x-amz-meta_",
]


def text(source, least, most):
    return "".join(source.choice(PIECES) for _ in range(source.randint(least, most)))


def header_value(source):
    words = ["bytes=0-9", "a", "b  c", "  x", "y  ", '"etag"', "1,2", "a=b;c"]
    return " ".join(source.choice(words) for _ in range(source.randint(1, 3)))


def main():
    source = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        when = datetime.datetime(2015, 8, 30) + datetime.timedelta(
            seconds=source.randrange(20 * 365 * 86400)
        )
        botocore.auth.get_current_datetime = lambda remove_tzinfo=True, when=when: when
        token = source.choice([None, "token/+=" + str(source.random())])
        secret = "".join(source.choice("abcXYZ019/+=") for _ in range(40))
        region = source.choice(["us-east-1", "eu-central-1", "cn-north-1"])
        key = text(source, 1, 12)
        path = source.choice(["/bucket/", "/"]) + key
        query = [
            [text(source, 1, 4), text(source, 0, 6)] for _ in range(source.randint(0, 5))
        ]
        host = source.choice(["s3.amazonaws.com", "bucket.s3.eu-central-1.amazonaws.com"])
        headers = {
            name: header_value(source)
            for name in source.sample(NAMES, source.randint(0, len(NAMES)))
        }
        encoded = percent_encode(path, safe="/~")
        request = AWSRequest(
            method=source.choice(["GET", "PUT", "POST", "HEAD", "DELETE"]),
            url=f"http://{host}{encoded}",
            headers=headers,
            data=text(source, 0, 20).encode(),
            params=[tuple(pair) for pair in query],
        )
        S3SigV4Auth(Credentials("AKIDEXAMPLE", secret, token), "s3", region).add_auth(request)
        signed = {name.lower(): value for name, value in request.headers.items()}
        authorization = signed.pop("authorization")
        signed["host"] = host
        line = {
            "method": request.method,
            "path": path,
            "encodedPath": encoded,
            "query": query,
            "headers": [[name, value] for name, value in signed.items()],
            "payloadHash": signed["x-amz-content-sha256"],
            "secret": secret,
            "token": token,
            "region": region,
            "time": int(when.replace(tzinfo=datetime.timezone.utc).timestamp()),
            "authorization": authorization,
        }
        print(json.dumps(line))


if __name__ == "__main__":
    main()
