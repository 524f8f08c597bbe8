# SPDX-License-Identifier: Apache-2.0
"""moto's S3 with one bucket: s3_server.py BUCKET KEY FILE.

Uploads FILE with boto3, prints {"endpoint": ...}, and serves until its standard input ends. Then it
prints the keys that the bucket holds, as a list of JSON."""
import json
import logging
import os
import sys

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "1000000"
import boto3
from moto.server import ThreadedMotoServer

logging.disable(logging.CRITICAL)
bucket, key, file = sys.argv[1:]
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1",
                      aws_access_key_id="test", aws_secret_access_key="test")
client.create_bucket(Bucket=bucket)
client.upload_file(file, bucket, key)
print(json.dumps({"endpoint": endpoint}), flush=True)
sys.stdin.read()
listing = client.list_objects_v2(Bucket=bucket).get("Contents", [])
print(json.dumps(sorted(entry["Key"] for entry in listing)), flush=True)
server.stop()
