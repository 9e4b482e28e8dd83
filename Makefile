# The commands of the project. Each does its own set-up; a second run finds everything done.
.PHONY: help setup build demo test test-nightly bench bench-peers format lint clean

SHELL := /bin/bash
JOBS ?= $(shell nproc)
export CCACHE_DIR ?= $(HOME)/.ccache

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: ## install what building needs
	@tools/setup.sh build

build: setup ## the release binary, build/release/tradewind
	@cmake --preset release >build-release.log 2>&1 || { cat build-release.log; exit 1; }; rm -f build-release.log
	@cmake --build --preset release --target tradewind -- -j$(JOBS)

demo: build ## a whole shop in a minute; EXIT=1 stops at the end
	@rm -rf build/demo
	@build/release/tradewind demo build/demo --listen 127.0.0.1:$(or $(PORT),8080) $(if $(EXIT),--exit)

test: ## everything, C++ to black box, from a fresh machine
	@tools/setup.sh test
	@tools/test.sh

test-nightly: ## the full counts, thread sanitizer, long fuzzing
	@tools/setup.sh test
	@NIGHTLY=1 tools/test.sh

bench: build ## figures as ratios to a peer or a bound in the same run
	@tools/setup.sh test
	@tools/bench.sh $(BENCH)

bench-peers: build ## durable ingest beside NATS JetStream and Kafka, where they are to be had
	@tools/setup.sh test
	@tools/bench.sh peers

format: ## put every file in the project's format
	@tools/setup.sh test
	@git ls-files '*.cc' '*.h' | xargs .deps/venv/bin/clang-format -i

lint: ## clang-tidy over the sources
	@tools/setup.sh test
	@cmake --preset dev >/dev/null
	@git ls-files 'src/*.cc' | grep -v _test.cc | xargs -P $(JOBS) -n 4 .deps/venv/bin/clang-tidy -p build/dev --quiet

clean: ## remove what was built
	@rm -rf build
