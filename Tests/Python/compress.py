# SPDX-License-Identifier: Apache-2.0
"""Compresses standard input: compress.py gzip|deflate."""
import gzip
import sys
import zlib

compress = {"gzip": gzip.compress, "deflate": zlib.compress}[sys.argv[1]]
sys.stdout.buffer.write(compress(sys.stdin.buffer.read()))
