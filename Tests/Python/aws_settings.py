# SPDX-License-Identifier: Apache-2.0
"""Random variables and shared files, and what botocore makes of them, one JSON object per line.

Arguments: count, seed, a folder for the files. Of each: the region, the endpoint, the file of
authorities, the credentials (keys, or the way to them, or "error") and the proxy of some URLs.
Nothing is sent: the ways that would are only named.
"""

import json
import os
import random
import sys
import urllib.parse

import botocore.configprovider
import botocore.credentials
import botocore.endpoint
import botocore.exceptions
import botocore.httpsession
import botocore.session
import botocore.utils

PROFILES = ["default", "loan", "desk one", "x.y"]
URLS = [
    "https://s3.eu-central-1.amazonaws.com", "https://s3.example.com:9000", "http://minio:9000",
    "http://10.0.0.7", "https://localhost:443", "http://[::1]:9000", "https://S3.Example.com",
]
PROXIES = [
    "http://proxy:3128", "proxy:3128", "//proxy", "https://proxy", "http://u:p%40@proxy:8080/x",
    "http://10.1.2.3", "http://[::1]:3128", "",
]
NO_PROXIES = [
    "*", "amazonaws.com", ".amazonaws.com", "example.com, minio", "minio:9000", "10.0.0.7,localhost",
    " .Example.COM ", "xample.com", "::1", "[::1]", "[::1]:9000", "10.0.0.0/8", ",", "", "*,minio",
    "*.amazonaws.com", "localhost:443", "s3.example.com:900",
]
REGIONS = ["eu-central-1", "us-west-2", "cn-north-1"]


class Case:
    def __init__(self, source, folder, number):
        self.source, self.folder, self.number = source, folder, number
        self.environment = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": folder}

    def chance(self, percent):
        return self.source.randrange(100) < percent

    def path(self, name):
        return os.path.join(self.folder, f"{name}-{self.number}")

    def written(self, name, text):
        with open(self.path(name), "w", newline="") as file:
            file.write(text)
        return self.path(name)

    def make(self):
        chosen = self.source.choice([None, None, *PROFILES, "nobody" if self.chance(20) else "loan"])
        if chosen:
            name = self.source.choice(["AWS_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
            self.environment[name] = chosen
            if self.chance(10):
                self.environment["AWS_DEFAULT_PROFILE"] = self.source.choice(PROFILES)
        for variable, file, title in [
            ("AWS_SHARED_CREDENTIALS_FILE", "credentials", lambda name: name),
            ("AWS_CONFIG_FILE", "config", self.config_title),
        ]:
            if self.chance(80):
                text = self.file([title(name) for name in self.some(PROFILES)])
                self.environment[variable] = self.written(file, text)
            elif self.chance(50):
                self.environment[variable] = self.path("missing")
        self.variables()

    def some(self, values):
        return self.source.sample(values, self.source.randint(1, len(values)))

    def config_title(self, name):
        if name == "default" and self.chance(70):
            return name
        return f'profile "{name}"' if " " in name or self.chance(30) else f"profile {name}"

    def variables(self):
        optional = {
            "AWS_DEFAULT_REGION": self.source.choice(REGIONS),
            "AWS_ACCESS_KEY_ID": "AKIDENV",
            "AWS_SECRET_ACCESS_KEY": "env=secret",
            "AWS_SESSION_TOKEN": "env token",
            "AWS_CREDENTIAL_EXPIRATION": "2090-01-02T03:04:05+01:00",
            "AWS_ENDPOINT_URL": "http://env:9000",
            "AWS_ENDPOINT_URL_S3": "https://env-s3",
            "AWS_CA_BUNDLE": self.written("env-bundle", "-----BEGIN CERTIFICATE-----\n"),
            "REQUESTS_CA_BUNDLE": self.written("requests-bundle", "-----BEGIN CERTIFICATE-----\n"),
            "AWS_WEB_IDENTITY_TOKEN_FILE": self.path("no-token"),
            "AWS_ROLE_ARN": "arn:aws:iam::1:role/env",
        }
        for name, value in optional.items():
            if self.chance(12):
                self.environment[name] = value
        if self.chance(10):
            self.environment["AWS_ACCESS_KEY_ID"] = "AKIDENV"
            self.environment["AWS_SECRET_ACCESS_KEY"] = "s"
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]:
            if self.chance(50):
                self.environment[name] = self.source.choice(PROXIES)
        for name in ["NO_PROXY", "no_proxy"]:
            if self.chance(35):
                self.environment[name] = self.source.choice(NO_PROXIES)

    def file(self, titles):
        lines = []
        if self.chance(10):
            lines += ["[DEFAULT]", "region = us-east-2"]
        for title in titles:
            lines += [f"[{title}]"] + self.settings()
        if self.chance(20):
            lines += ["[services stores]", "s3 =", "  endpoint_url = http://service:1"]
        if self.chance(4):
            lines.append(self.source.choice(["nonsense", "[", "= x", f"[{titles[0]}]", "[x]\na=1\nA=2"]))
        return self.source.choice(["\n", "\n", "\r\n"]).join(lines) + "\n"

    def settings(self):
        keys = ["aws_access_key_id = AKID%d", "aws_secret_access_key=a=b;c #%d", "aws_session_token: t%d"]
        groups = [
            ([line % self.source.randrange(99) for line in keys], 30),
            ([line % self.source.randrange(99) for line in keys[:2]], 20),
            (["AWS_ACCESS_KEY_ID = half"], 3),
            (["region = " + self.source.choice(REGIONS)], 40),
            (["Region: " + self.source.choice(REGIONS)], 4),
            (["ca_bundle = " + self.written("bundle", "-----BEGIN CERTIFICATE-----\n")], 15),
            ([self.process()], 25),
            (["role_arn = arn:aws:iam::1:role/a", "source_profile = default"], 5),
            (["role_arn = arn:aws:iam::1:role/a", "credential_source = Environment"], 3),
            (["role_arn = arn:aws:iam::1:role/a", f"web_identity_token_file = {self.path('no')}"], 5),
            ([f"web_identity_token_file = {self.path('no')}"], 2),
            (["sso_account_id = 1", "sso_role_name = a", "sso_start_url = https://a", "sso_region = a"], 4),
            (["sso_account_id = 1"], 2),
            (["login_session = arn:aws:iam::1:user/a"], 2),
            (["endpoint_url = http://profile:9000"], 10),
            (["services = stores"], 15),
            (["# a comment", "; another", "", "s3 =", "  addressing_style = path", "    x = y"], 30),
            (["output = json", "cli_history = enabled"], 20),
        ]
        lines, names = [], set()
        self.source.shuffle(groups)
        for group, percent in groups:
            own = {line.replace(":", "=").split("=")[0].strip().lower() for line in group if line[:1].isalnum()}
            if self.chance(percent) and not own & names:
                lines += group
                names |= own
        return lines

    def process(self):
        answer = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "p/+=\u00e9"}
        if self.chance(50):
            answer["SessionToken"] = "process token"
        if self.chance(50):
            answer["Expiration"] = self.source.choice(
                ["2091-02-03T04:05:06Z", "2091-02-03T04:05:06.789+05:30", "2091-02-03T04:05:06-0100"]
            )
        if self.chance(10):
            answer["Version"] = self.source.choice([2, "1", None])
        if self.chance(5):
            del answer["SecretAccessKey"]
        file = self.written("an answer", json.dumps(answer))
        return self.source.choice(
            [
                f"credential_process = cat '{file}'",
                f'credential_process = /bin/cat "{file}"',
                f"credential_process=cat {file.replace(' ', chr(92) + ' ')}",
                f"credential_process = sh -c 'cat \"$0\"' \"{file}\"",
                f"credential_process = cat '{file}" if self.chance(5) else f"credential_process = cat '{file}'",
                "credential_process = false" if self.chance(10) else f"credential_process = cat '{file}'",
            ]
        )


def credentials(session):
    resolver = botocore.credentials.create_credential_resolver(session, region_name="us-east-1")
    found = resolver.load_credentials()
    if found is None:
        return {"way": "none"}
    if found.method in ("assume-role", "sso", "login", "assume-role-with-web-identity"):
        return {"way": found.method}
    expiry = getattr(found, "_expiry_time", None)
    return {
        "way": "keys",
        "id": getattr(found, "_access_key", None) or found.access_key,
        "secret": getattr(found, "_secret_key", None) or found.secret_key,
        "token": getattr(found, "_token", None) or found.token,
        "expires": int(expiry.timestamp()) if expiry else None,
    }


def proxy(url):
    session = botocore.httpsession.URLLib3Session(proxies=botocore.utils.get_environ_proxies(url))
    found = session._proxy_config.proxy_url_for(url)
    if not found:
        return None
    parts = urllib.parse.urlsplit(found)
    port = "" if parts.port else {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc}{port}"


def settings(session):
    scoped = session.get_scoped_config()
    endpoint = botocore.configprovider.ConfiguredEndpointProvider(
        full_config=session.full_config, scoped_config=scoped, client_name="s3"
    ).provide()
    creator = botocore.endpoint.EndpointCreator(None)
    bundle = creator._get_verify_value(session.get_config_variable("ca_bundle"))
    return {
        "region": session.get_config_variable("region"),
        "endpoint": endpoint,
        "bundle": None if bundle is True else bundle,
    }


def main():
    source = random.Random(int(sys.argv[2]))
    path = os.environ["PATH"]
    for number in range(int(sys.argv[1])):
        case = Case(source, sys.argv[3], number)
        case.make()
        os.environ.clear()
        os.environ.update(case.environment, PATH=path)
        session = botocore.session.Session()
        line = {"environment": case.environment, "settings": None}
        try:
            line["settings"] = settings(session)
        except botocore.exceptions.BotoCoreError as error:
            line["reason"] = str(error)
        try:
            line["credentials"] = credentials(session)
        except Exception as error:
            line["credentials"] = {"way": "error", "reason": str(error)}
        line["proxies"] = [[url, proxy(url)] for url in URLS]
        print(json.dumps(line))


if __name__ == "__main__":
    main()
