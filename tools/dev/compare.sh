# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev bench compare: buoyant beside other implementations of Raft. Those that cannot be
# installed are left out.

peers_folder=build/peers

# etcd_program: where etcd is. Its package starts a service when it is installed, so that it is
# only unpacked.
etcd_program() {
  local unpacked=$peers_folder/usr/bin/etcd
  if command -v etcd; then
    return
  fi
  if [ ! -x $unpacked ]; then
    mkdir -p $peers_folder
    (
      cd $peers_folder
      rm -f etcd-server_*.deb
      apt-get -q download etcd-server || { as_root apt-get -q update && apt-get -q download etcd-server; }
      dpkg -x etcd-server_*.deb .
    ) >$peers_folder/etcd.log 2>&1 || return
  fi
  echo "$PWD/$unpacked"
}

dev_bench_compare() {
  local etcd=
  source tools/dev/run.sh
  (need_packages libraft) || say "without libraft"
  if (need_packages grpc); then
    etcd=$(etcd_program) || say "without etcd: see $peers_folder/etcd.log"
  fi
  run_program compare_bench ${etcd:+--etcd "$etcd"} "$@"
}
