#!/bin/sh
# Runs in the VM, on the host's own root: starts the tests and powers off. The host wrote `command` (a shell script) beside this file.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 LATCHKEY_VM=1
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null
echo "vm: up after $(cut -d' ' -f1 /proc/uptime) s"
sh /run/results/command
echo $? >/run/results/exit
echo "vm: done after $(cut -d' ' -f1 /proc/uptime) s"
sync
echo o >/proc/sysrq-trigger
# Nothing can be loaded any more, so the shell itself has to wait for the end.
while :; do :; done
