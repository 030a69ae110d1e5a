# The commands of the house. CONTRIBUTING.md explains them.
SWIFT ?= swift
# One static binary but for libc, libstdc++, libyaml, libpcre2 and libnghttp2 (libssl and c-ares are in it); sections nobody refers to are left out.
# Modules are optimised as one program (LTO): a call from one into another is inlined, a seventh of a request's instructions.
# Relocations are packed (glibc 2.36 and later): as a table they are a megabyte that every sidecar would read and hold.
RELEASE = -c release --static-swift-stdlib --experimental-lto-mode=full -Xlinker --gc-sections -Xlinker -s \
	-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs

.PHONY: help demo test peers test-browser test-kubernetes testssl build profile lint format bench fuzz leaks clean

help:
	@echo 'make demo    build, then watch the proxy at work in front of three small services'
	@echo 'make test    install what is missing, then run every test and the lint'
	@echo 'make peers   only HTTP/2 and gRPC with programs that others wrote'
	@echo 'make test-browser  gRPC-Web from a page in Chromium'
	@echo 'make test-kubernetes  discovery against a real API server of Kubernetes (builds it first)'
	@echo 'make testssl  all that testssl.sh finds at a listener of TLS'
	@echo 'make build   the release binary, .build/release/apus'
	@echo 'make profile  record anew what runs often, for the linker (10 minutes)'
	@echo 'make lint    formatting, direction of imports, unsafe code'
	@echo 'make format  put the formatting right'
	@echo 'make bench   measure against the floor, nginx, HAProxy and Envoy'
	@echo 'make fuzz    feed the parsers for five minutes'
	@echo 'make leaks   the tests of TLS with AddressSanitizer and LeakSanitizer'
	@echo 'make clean   remove what was built'

demo:
	@$(MAKE) --no-print-directory build
	@.build/release/apus demo --config configs/demo.yaml

build:
	@scripts/install-tools.sh build
	$(SWIFT) build $(RELEASE) $$(scripts/link-profile) --product apus

test:
	@scripts/install-tools.sh build test peers
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build
	scripts/peers.sh
	scripts/fuzz.sh 10
	scripts/lint

peers:
	@scripts/install-tools.sh build peers
	$(SWIFT) build --product apus
	scripts/peers.sh

test-browser:
	@scripts/install-tools.sh build peers browser
	$(SWIFT) build --product apus
	scripts/peers.sh browser

test-kubernetes:
	@scripts/install-tools.sh build peers kubernetes
	$(SWIFT) build --product apus
	scripts/kubernetes.sh

testssl:
	@scripts/install-tools.sh peers
	@$(MAKE) --no-print-directory build
	APUS_SLOW=1 APUS_BINARY=.build/release/apus scripts/peers.sh scan -s

lint:
	scripts/lint

format:
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

bench:
	@scripts/install-tools.sh bench
	@$(MAKE) --no-print-directory build
	benchmarks/run.py

profile:
	@scripts/install-tools.sh build bench profile
	scripts/profile.sh "$(RELEASE)"

fuzz:
	scripts/fuzz.sh 300

leaks:
	@scripts/install-tools.sh build test
	scripts/leaks.sh

clean:
	rm -rf .build
