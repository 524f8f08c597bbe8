# SPDX-License-Identifier: Apache-2.0
"""A certificate authority that only its own file knows, and a server with one of its
certificates."""

import atexit
import datetime
import ipaddress
import os
import shutil
import ssl
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from quirky_proxy import QuietServer


def certificate(name, key, issuer, issuer_key, extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def common_name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


class PrivateAuthority:
    def __init__(self):
        folder = tempfile.mkdtemp(prefix="loan-authority-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self.bundle = os.path.join(folder, "authority.pem")
        self.server = os.path.join(folder, "server.pem")
        authority, key = common_name("A private authority"), ec.generate_private_key(ec.SECP256R1())
        ca = x509.BasicConstraints(ca=True, path_length=0)
        with open(self.bundle, "wb") as file:
            own = certificate(authority, key, authority, key, [ca])
            file.write(own.public_bytes(serialization.Encoding.PEM))
        server_key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        leaf = certificate(common_name("a store"), server_key, authority, key, [names])
        with open(self.server, "wb") as file:
            file.write(leaf.public_bytes(serialization.Encoding.PEM))
            file.write(
                server_key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )

    def serve(self, handler):
        """Serves over TLS in the background; the port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        server = QuietServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        # The handshake belongs to the thread of the connection.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]
