# The commands of this project; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

RELEASE := .build/release/tocsin

.PHONY: help install build release demo test lint bench chaos counterparts clean

help: ## List these commands
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

install: ## Install the Debian packages that are missing
	@scripts/install-dependencies

build: install ## Build for development
	swift build

release: install ## Build optimised, with the confined script worker beside the server
	swift build -c release

demo: release ## Show alerts of eight products become tickets, until Ctrl-C; ONCE=1: until the first pass is done
	@$(RELEASE) demo $(if $(ONCE),--once)

# One test at a time: some of them measure that servers end in time, and two processors are few.
test: install lint ## Install, check the style, build and run all tests
	swift build --build-tests
	swift test --skip-build --no-parallel

lint: ## Check the style of all Swift files
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

bench: release ## Measure engine, connectors, expressions and JSON on this machine
	$(RELEASE) bench engine
	$(RELEASE) bench connectors
	$(RELEASE) bench expressions
	$(RELEASE) bench json

chaos: install ## Kill a worker and the real server 200 times each under load, and simulate 50,000 seeds
	swift build --build-tests
	TOCSIN_CHAOS_ROUNDS=200 swift test --skip-build --no-parallel --filter ChaosTests
	TOCSIN_SEEDS=50000 swift test --skip-build --filter SimulationTests

counterparts: ## Test against counterparts too slow for `make test`: an OpenID provider, and Samba as a domain controller (needs root)
	@scripts/install-dependencies samba samba-ad-dc samba-ad-provision samba-dsdb-modules winbind ldb-tools
	swift build --build-tests
	TOCSIN_SAMBA=1 TOCSIN_OPENID=1 swift test --skip-build --no-parallel --filter 'SambaTests|ConsentTests'

clean: ## Remove what was built
	rm -rf .build
