# AccessPoint operator. `make demo` and `make test` do all set-up themselves.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT_BUILD := swift build
SWIFT_TEST := scripts/swift-test.sh
PROOF = $$($(SWIFT_BUILD) -c release --show-bin-path)/rollout-proof

.PHONY: help
help: ## Show this list.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install the Debian packages that build and tests need (sudo where needed).
	@scripts/setup.sh

.PHONY: envtest
envtest: setup ## Build or find kube-apiserver, etcd and kubectl (cached outside the repository).
	@scripts/envtest.sh >/dev/null

.PHONY: build
build: setup ## Build everything, warnings as errors.
	$(SWIFT_BUILD)

.PHONY: demo
demo: envtest build ## The story on four real API servers; Ctrl-C ends it (DEMO_EXIT=1: ends by itself).
	@KUBEBUILDER_ASSETS="$$(scripts/envtest.sh)" scripts/demo.sh

.PHONY: proof-program
proof-program: setup
	$(SWIFT_BUILD) -c release --product rollout-proof

.PHONY: proof
proof: proof-program ## The rollout core, optimised: every state of the small model, and 2,000 seeded runs.
	$(PROOF) check
	$(PROOF) simulate --seeds 2000

.PHONY: test
test: chart proof ## All tests: chart, proofs, unit, property, and integration on real API servers.
	$(SWIFT_BUILD) --build-tests
	@# Three runs: tests that measure waits against real sockets, and those on real servers, have the machine to
	@# themselves, so that the many that only compute cannot make them late.
	$(SWIFT_TEST) --skip-build --skip 'IntegrationTests|CurlTransportTests|DNSClientTests|KubeClientTests|HTTPServiceTests'
	$(SWIFT_TEST) --skip-build --no-parallel --filter 'CurlTransportTests|DNSClientTests|KubeClientTests|HTTPServiceTests'
	KUBEBUILDER_ASSETS="$$(scripts/envtest.sh)" $(SWIFT_TEST) --skip-build --filter IntegrationTests

.PHONY: unit
unit: setup ## The tests that need no API server.
	$(SWIFT_BUILD) --build-tests
	$(SWIFT_TEST) --skip-build --skip 'IntegrationTests|CurlTransportTests|DNSClientTests|KubeClientTests|HTTPServiceTests'
	$(SWIFT_TEST) --skip-build --no-parallel --filter 'CurlTransportTests|DNSClientTests|KubeClientTests|HTTPServiceTests'

.PHONY: soak
soak: envtest proof-program ## The long tests: large model, 100,000 seeded runs, and on real API servers ten quiet minutes and a kill at every call (an hour).
	$(PROOF) simulate --seeds 100000
	$(PROOF) check --large
	$(SWIFT_BUILD) --build-tests
	@# The suites that are longer when soaked; all others are the same in `make test`.
	ACCESSPOINT_SOAK=1 KUBEBUILDER_ASSETS="$$(scripts/envtest.sh)" $(SWIFT_TEST) --skip-build \
	  --filter 'CrashSweepTests|OldLeaderTests|SteadyStateTests'

.PHONY: lint
lint: ## Check the format of all Swift sources.
	swift format lint --strict --parallel --recursive --configuration .swift-format Package.swift Sources Tests \
	  Benchmarks/Package.swift Benchmarks/Sources Fuzz

.PHONY: chart
chart: envtest ## The Helm chart: lint, rendering, refusals, and a release on a real API server.
	@KUBEBUILDER_ASSETS="$$(scripts/envtest.sh)" scripts/chart-test.sh

.PHONY: check
check: lint test ## Format, warnings as errors, layering, file sizes (HouseTests), all tests, benchmarks.
	$(SWIFT_BUILD) --package-path Benchmarks

.PHONY: fuzz
fuzz: setup ## Fuzz the JSON parsers and the way of an AccessPoint to its rendered sets, FUZZ_SECONDS (600) each.
	scripts/fuzz.sh $${FUZZ_SECONDS:-600}

.PHONY: clean
clean: ## Remove build products.
	rm -rf .build Benchmarks/.build Fuzz/.build
