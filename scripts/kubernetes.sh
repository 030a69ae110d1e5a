#!/bin/sh
# Tests discovery against a real API server of Kubernetes: scripts/kubernetes.sh [pytest's arguments]
#
# Builds kube-apiserver 1.20 from Debian's source package `kubernetes` with Debian's Go, once, into .build/kubernetes (five
# minutes, 2 GB), and runs Tests/Peers/kubernetes on it and Debian's etcd: the same tests that `make test` runs against a
# fake. Sources are fetched by an apt that has its own lists there; the system's are left alone.
#
# The real server takes no endpoint in 127.0.0.0/8, so all of it runs in a network namespace of its own, in which pods'
# addresses are local. That needs root, or a kernel that lets users have namespaces.
set -eu
cd "$(dirname "$0")/.."
version=1.20.5+really1.20.2-1.1+deb12u1
release=v1.20.2
out=$PWD/.build/kubernetes
server=$out/kube-apiserver

# With these words only apt sees nothing but the sources of Debian.
private_apt() {
  command=$1
  shift
  "$command" -qq -o Dir::Etc::SourceList="$out/apt/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$out/apt/lists" -o Dir::Cache="$out/apt/cache" -o Acquire::Languages=none \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

# The mirror that the system has its packages from, in either style of lists.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | sed -n \
    -e 's|^URIs: *\([^ ]*/debian\)/* *$|\1|p' \
    -e 's|^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*/debian\)/*  *bookworm .*|\2|p' | sed 1q
}

fetch() {
  mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial"
  trap 'rm -rf "$out/apt"' EXIT
  printf 'Types: deb-src\nURIs: %s\nSuites: bookworm\nComponents: main\nSigned-By: %s\n' \
    "$(mirror)" /usr/share/keyrings/debian-archive-keyring.gpg >"$out/apt/debian.sources"
  private_apt apt-get update
  (cd "$out" && private_apt apt-get source --download-only "kubernetes=$version")
  rm -rf "$out/go"
  mkdir -p "$out/go/src/k8s.io"
  dpkg-source --no-check -x "$out/kubernetes_$version.dsc" "$out/go/src/k8s.io/kubernetes"
}

# Everything that is needed is in the package, so Go fetches nothing. Its modules are described as Go 1.15 had it, which later
# ones refuse: it is built as Debian builds it, in a GOPATH.
go_build() {
  GO111MODULE=off GOPATH=$out/go GOCACHE=$out/cache GOFLAGS='' CGO_ENABLED=0 nice go build -o "$@"
}

# OpenAPI's definitions, without which the server does not build, are generated and no part of the package.
generate() {
  go_build "$out/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(find -L pkg vendor/k8s.io -name '*.go' -not -path '*/code-generator/*' -not -path '*/sample-apiserver/*' \
    -not -path '*/kube-openapi/*' -exec grep -l '^// *+k8s:openapi-gen=' {} + | xargs -n1 dirname | LC_ALL=C sort -u |
    sed 's,^,k8s.io/kubernetes/,' | paste -sd, -)
  GO111MODULE=off GOPATH=$out/go GOCACHE=$out/cache nice "$out/openapi-gen" -i "$packages" \
    -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$out/violations"
}

build() {
  fetch
  cd "$out/go/src/k8s.io/kubernetes"
  generate
  name=k8s.io/component-base/version
  go_build "$server.new" -ldflags "-s -w -X $name.gitVersion=$release -X $name.gitMajor=1 -X $name.gitMinor=20" \
    k8s.io/kubernetes/cmd/kube-apiserver
  mv "$server.new" "$server"
  rm -rf "$out/go" "$out/cache" "$out/openapi-gen" "$out/violations"
}

[ -x "$server" ] || (build)
# What the tests need is installed while there is a network.
scripts/peers.sh --version >/dev/null

export KUBE_APISERVER="$server" APUS_SLOW=1
alone=--net
[ "$(id -u)" -eq 0 ] || alone='--net --user --map-root-user'
# shellcheck disable=SC2086 # a list of words
exec unshare $alone sh -c 'ip link set lo up && ip address add 10.244.0.0/16 dev lo && exec scripts/peers.sh "$@"' \
  sh kubernetes "$@"
