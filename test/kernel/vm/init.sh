#!/bin/busybox sh
# The first process of the test VM: loads the modules, puts a writable layer over the host's root, goes there.
/bin/busybox mkdir -p /bin /proc /sys /dev /host /layer /new
/bin/busybox --install -s /bin
export PATH=/bin
fail() { echo "vm-init: $*"; sleep 1; poweroff -f; }

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module" || fail "cannot load $module"; done </modules/order

mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose hostroot /host || fail 'no host root'
mount -t tmpfs -o mode=755 layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work root /new || fail 'no overlay'
mount --move /proc /new/proc
mount --move /sys /new/sys
mount --move /dev /new/dev
mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts devpts /new/dev/pts
mount -t tmpfs -o mode=1777 shm /new/dev/shm
mount -t tmpfs -o mode=755 run /new/run
[ -e /new/dev/fd ] || ln -s /proc/self/fd /new/dev/fd
mkdir -p /new/run/results
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 results /new/run/results || fail 'no results share'
exec switch_root /new /bin/sh /run/results/guest.sh
