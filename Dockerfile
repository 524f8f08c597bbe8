# syntax=docker/dockerfile:1
# SPDX-License-Identifier: Apache-2.0
# `docker build .` needs the two images below, Debian's packages and github.com; `make image-check` runs these very steps without an engine.

FROM swift:6.3.1-bookworm AS build
# What is compiled against is of the same Debian release as what is installed below, so versions
# agree without being pinned here; security updates must not wait for a change of this file.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libnghttp2-dev libprotobuf-c-dev libsimdjson-dev libssl-dev \
        libxgboost-dev libzstd-dev pkg-config zlib1g-dev
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
# The Swift libraries go into the program; Debian's stay shared, so that their updates reach it.
RUN --mount=type=cache,target=/src/.build \
    swift build --configuration release --static-swift-stdlib --product loan-default \
    && install -D --strip .build/release/loan-default /out/loan-default \
    && install -D --mode=644 Package.resolved /out/Package.resolved

FROM debian:12-slim
LABEL org.opencontainers.image.title="loan-default" \
    org.opencontainers.image.description="Trains an XGBoost model of loan default and serves it" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.base.name="docker.io/library/debian:12-slim"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get upgrade -y \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libnghttp2-14 libprotobuf-c1 libsimdjson14 libssl3 \
        libxgboost0 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    && groupadd --gid 10001 loan-default \
    && useradd --uid 10001 --gid 10001 --no-log-init --home-dir /srv/loan-default \
        --shell /usr/sbin/nologin loan-default \
    && install -d --owner=10001 --group=10001 /srv/loan-default
COPY --from=build /out/loan-default /usr/local/bin/loan-default
# What the program was made of, for bills of materials.
COPY --from=build /out/Package.resolved /usr/share/doc/loan-default/Package.resolved
COPY LICENSE THIRD_PARTY.md /usr/share/doc/loan-default/
# Waiting OpenMP threads sleep. A crash leaves no dump of the memory, which holds applications.
ENV LOAN_DEFAULT_HOST=0.0.0.0 \
    LOAN_DEFAULT_STORAGE_ROOT=/srv/loan-default \
    OMP_WAIT_POLICY=passive \
    SWIFT_BACKTRACE=enable=no
WORKDIR /srv/loan-default
# By number: Kubernetes checks runAsNonRoot without reading the image's user table.
USER 10001:10001
EXPOSE 5000 5001 5002
STOPSIGNAL SIGTERM
# No HEALTHCHECK: the orchestrator asks /healthz and /readyz on port 5002.
ENTRYPOINT ["/usr/local/bin/loan-default"]
CMD ["serve"]
