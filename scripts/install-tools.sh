#!/bin/sh
# Installs the Debian packages that a task needs and that are missing; none of their services is started.
#
#   scripts/install-tools.sh build|test|peers|reference|browser|kubernetes|bench|profile ...
set -eu

packages_of() {
  case $1 in
    build) echo make pkg-config gcc libc6-dev libyaml-dev libpcre2-dev libnghttp2-dev libssl-dev libc-ares-dev ;;
    test) echo etcd-server etcd-client curl wrk nginx openssl prometheus python3 nghttp2-client ;; # prometheus brings promtool
    peers) echo etcd-server etcd-client curl gdb openssl python3 python3-venv nghttp2-client nghttp2-server testssl.sh ;; # gdb brings gcore
    reference) echo nghttp2-proxy haproxy ;; # what Tests/Peers can be run against instead of Apus
    browser) echo chromium ;;
    kubernetes) echo golang-go dpkg-dev etcd-server iproute2 util-linux ;;
    bench) echo etcd-server gcc libc6-dev libnghttp2-dev libssl-dev openssl wrk nghttp2-client nginx haproxy python3 python3-venv ;;
    profile) echo curl valgrind ;;
    *)
      echo "unknown set '$1': choose from build, test, peers, reference, browser, kubernetes, bench, profile" >&2
      exit 2
      ;;
  esac
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

installed() {
  dpkg -s "$1" 2>/dev/null | grep -q '^Status: .* installed$'
}

if [ $# -eq 0 ]; then
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi

missing=
for set in "$@"; do
  packages=$(packages_of "$set")
  for package in $packages; do
    installed "$package" || case " $missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
  done
done
[ -n "$missing" ] || exit 0

# Debian asks policy-rc.d before it starts a service of a package that it has just installed: 101 forbids it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'as_root rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
fi

echo "installing$missing" >&2
as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
