# SPDX-License-Identifier: Apache-2.0
# `make` lists what there is. `make run` and `make test` are all a newcomer needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The table of applications; made when it is the default one and not there.
DATA ?= storage/applications.csv
# Rows to expand to before training; the table as it is when empty.
SIZE ?=
# COLUMN=VALUE of another table than the documented one.
LABEL ?=
HTTP_PORT ?= 5000
STORAGE ?= storage
PYTHON ?= python3

SWIFT_BUILD := swift build --configuration release
SWIFT_TEST := swift test --configuration release --skip-build --disable-xctest
# Suites with deadlines of their own run apart from those that keep all processors busy, and from
# those that block the threads which asynchronous tests share.
TIMED_SUITES := LoanRPCTests|PredictPoolTests|FairQueueTests|LoanDefaultClientTests|LoanLoadTests|HTTPWireTests|HTTPListenerTests|HTTPTokenTests|PredictDeadlineTests|BlockCostTests
BLOCKING_SUITES := ObjectStorageTests|AuditOnS3Tests|AnnouncementTests|FloodTests|ProtocolClientTests|OpenAPIDocumentTests|HostileLoadTests|RPCOverTLSTests|InterruptedWritesTests|S3SessionTests|S3StoreWaysTests|S3OverTLSTests|ModelFolderOnS3Tests
# What any store of S3 must stand.
S3_SUITES := S3StoreTests|S3CauseTests|S3FaultTests|S3WriteFaultTests|S3PatienceTests|S3SessionTests|S3StoreWaysTests|S3CallsTests
PROGRAM := .build/release/loan-default
VENV := .venv
PYTEST := $(VENV)/bin/python -B -m pytest --quiet -p no:cacheprovider
# Waiting OpenMP threads must sleep: spinning ones make training several times slower when the
# processors are shared.
export OMP_WAIT_POLICY := passive
# Tests at a time: with all of them at once, each takes minutes and none of its deadlines means anything.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 8
export LOAN_DEFAULT_TEST_PYTHON := $(CURDIR)/$(VENV)/bin/python
export LOAN_DEFAULT_TEST_DATA ?= $(wildcard $(CURDIR)/../shared/data/credit_risk_dataset.csv)
export LOAN_DEFAULT_TEST_REFERENCE ?= $(wildcard $(CURDIR)/../shared/reference/upstream_http.json)

.PHONY: help setup build run test lint format proto bench overload fairness drain soak chaos \
	bystanders record-drill s3-ceph grpc-cpp grpc-examples clean fuzz sanitize image-check sbom seccomp

help: ## List the targets.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: ## Install the Debian packages that the build needs.
	@.ci/packages build

build: setup ## Build the release program.
	@echo "Building (the first time takes 10 to 15 minutes on two cores) ..."
	@$(SWIFT_BUILD) --product loan-default

run: build ## Prepare, train and serve, from nothing; DATA=file.csv LABEL=column=value HTTP_PORT=5000 SIZE=400000.
	@DATA="$(DATA)" SIZE="$(SIZE)" LABEL="$(LABEL)" HTTP_PORT="$(HTTP_PORT)" STORAGE="$(STORAGE)" \
		PROGRAM="$(PROGRAM)" .ci/first-run

test: setup lint $(VENV)/.complete ## Install what the tests need and run them all; the format first.
	@.ci/packages test
	@$(SWIFT_BUILD) --build-tests
	@$(SWIFT_TEST) --skip '$(TIMED_SUITES)|$(BLOCKING_SUITES)'
	@$(SWIFT_TEST) --filter '$(BLOCKING_SUITES)'
	@$(SWIFT_TEST) --filter '$(TIMED_SUITES)' --skip '$(BLOCKING_SUITES)'
	@PROGRAM="$(PROGRAM)" .ci/check-first-run
	@PROGRAM="$(PROGRAM)" $(PYTEST) Tests/Docs
	@.ci/promtool
	@$(VENV)/bin/hadolint Dockerfile
	@PROGRAM="$(PROGRAM)" $(PYTEST) Tests/Deployment Tests/Benchmarks
	@for part in overload fairness drain soak chaos bystanders record; do \
		PROGRAM="$(PROGRAM)" $(VENV)/bin/python -B Tests/Drills/$$part.py --short; done

lint: ## Check the format of the sources.
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Format the sources.
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

proto: ## Generate the C code of proto/ again.
	@.ci/packages proto
	@.ci/generate-proto Sources/CLoanProto/generated

bench: build $(VENV)/.complete ## Measure; BENCH="forest rpc" for parts, CHECK=1 holds thresholds.json, WRITE=1 writes docs/performance.md.
	@.ci/packages bench
	@$(SWIFT_BUILD) --product forest-bench
	@$(SWIFT_BUILD) --product rpc-bench
	@$(SWIFT_BUILD) --product storage-bench
	@$(SWIFT_BUILD) --product storage-transfer
	@$(VENV)/bin/python Tests/Benchmarks/bench.py $(if $(CHECK),--check) $(if $(WRITE),--write) $(BENCH)

overload: build $(VENV)/.complete ## Offer 2, 5 and 10 times the capacity; train during predictions.
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/overload.py

fairness: build $(VENV)/.complete ## Call with one row among large batches; share with a greedy caller.
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/fairness.py

drain: build $(VENV)/.complete ## Restart three servers behind a balancer, 50 times.
	@.ci/packages test
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/drain.py

soak: build $(VENV)/.complete ## Send 20 million requests and look for leaks; measure the start.
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/soak.py

chaos: build $(VENV)/.complete ## Replace models 1,000 times under load; kill servers that train.
	@.ci/packages test
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/chaos.py

record-drill: build $(VENV)/.complete ## Kill servers that record 1,000 times; full disks, slow syncs, S3 away.
	@.ci/packages test
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python Tests/Drills/record.py

bystanders: build $(VENV)/.complete ## Cancel, miss deadlines, attack while others call; DATA=file.csv.
	@.ci/packages test
	@PROGRAM="$(PROGRAM)" DATA="$(wildcard $(DATA))" \
		$(VENV)/bin/python Tests/Drills/bystanders.py

s3-ceph: build $(VENV)/.complete ## Run the storage tests and sessions against Ceph, a real S3.
	@$(SWIFT_BUILD) --build-tests
	@.ci/s3-ceph $(SWIFT_TEST) --no-parallel --filter '$(S3_SUITES)'

grpc-cpp: build $(VENV)/.complete ## Call a server by gRPC's C++ client; says which packages it misses.
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python -B Tests/GRPC/cpp.py

grpc-examples: build $(VENV)/.complete ## Build the clients of docs/grpc.md in Go and Java and call a server.
	@PROGRAM="$(PROGRAM)" $(VENV)/bin/python -B Tests/GRPC/examples.py

$(VENV)/.complete: Tests/Python/requirements.txt
	@echo "Making the Python environment of the tests ..."
	@.ci/packages python
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

fuzz: setup ## Fuzz everything that reads from outside; FUZZ_TIME=600 FUZZ_RUNS=10000000 TARGETS=json.
	@.ci/fuzz $(TARGETS)

sanitize: setup $(VENV)/.complete ## Run the tests under the sanitizers; SANITIZERS=address FILTER=...
	@.ci/sanitize

image-check: $(VENV)/.complete ## Prove the Dockerfile in fresh Debian roots (as root); report its size.
	@.ci/packages image
	@$(VENV)/bin/hadolint Dockerfile
	@$(VENV)/bin/python -B .ci/image/check.py

sbom: $(VENV)/.complete ## List what the image of image-check is made of, in sbom.cdx.json.
	@$(VENV)/bin/python -B .ci/image/sbom.py .cache/image/stages/1 sbom.cdx.json

seccomp: $(VENV)/.complete ## Record the system calls of the image of image-check.
	@.ci/packages image
	@$(VENV)/bin/python -B .ci/image/seccomp.py

clean: ## Remove everything that was built.
	@rm -rf .build .build-* .cache $(VENV) bench-results.json sbom.cdx.json
