#!/bin/sh
# Most of what coreutils does to files.
# needs: cp
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
mkdir -p a/b
seq 1 2000 >a/numbers
cp -a a c
cp --reflink=auto a/numbers a/b/copy
mv a/b/copy a/b/moved
ln a/numbers a/hard
ln -s numbers a/soft
ln -sf b a/dir
readlink -f a/soft | sed 's,.*/,,'
# shellcheck disable=SC2012 # ls is what is tested
ls -l --time-style=+ c/numbers | awk '{ print $1, $5 }'
ls -R c
stat -c '%s %F' a/numbers a/soft
install -m 0750 a/numbers a/installed
chmod u+s,go-rwx a/installed
chown "$(id -u):$(id -g)" a/installed
touch -d 2001-01-01T00:00:00Z a/installed
date -u -r a/installed +%Y
head -n 3 a/numbers
tail -n 2 a/numbers
sort -rn a/numbers | uniq | head -n 2 || true
split -l 500 a/numbers part.
cat part.* | cmp - a/numbers
wc -lc a/numbers
paste a/numbers a/numbers | cut -f 2 | tee tee.out | md5sum
sha256sum a/numbers >sums
sha256sum -c sums
join a/numbers a/numbers 2>&1 | tail -n 1 || true
comm -12 a/numbers a/numbers >/dev/null 2>&1 || true
tac a/numbers | head -n 1
shuf --random-source=a/numbers -n 1 -e only
od -An -tx1 -N 8 a/numbers
dd if=/dev/zero of=zeros bs=4k count=8 conv=fsync status=none
truncate -s 100 zeros
du -b zeros | cut -f 1
df --output=target . | wc -l
mkfifo fifo
echo "through a fifo" >fifo &
cat fifo
wait
mktemp -d tmp.XXXXXX | wc -c
base64 -w 20 zeros | tail -n 1
env -i A=1 env
nice -n 1 true
nohup true
factor 1234567890
# shellcheck disable=SC2003
expr 6 '*' 7
test -w a/numbers
realpath --relative-to=. a/b
sync zeros
rm -r a c
rmdir tmp.*
ls
