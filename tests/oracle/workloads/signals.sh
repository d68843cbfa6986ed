#!/bin/bash
# timeout, kill, wait, job control by signals, and a death by a signal at the end.
# needs: timeout kill
set -u
timeout 0.1 sleep 10
echo "timeout: $?"
{ timeout -s KILL 0.1 sleep 10; } 2>/dev/null # bash says which pid was killed
echo "killed: $?"
timeout 10 true
echo "in time: $?"
sleep 10 &
kill -STOP $!
kill -CONT $!
kill -TERM $!
wait $!
echo "terminated: $?"
{ sh -c 'kill -SEGV $$'; } 2>/dev/null
echo "fault: $?"
trap 'echo usr2' USR2
sh -c 'kill -USR2 $PPID'
sh -c 'trap "" INT; kill -INT $$; echo survived'
kill -l 9
trap - USR1
kill -USR1 $$
