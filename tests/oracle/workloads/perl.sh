#!/bin/sh
# perl: files, fork, pipe, signals, sockets, select, sprintf and sort.
# needs: perl
set -eu
exec perl -w - <<'END'
use strict;
use Socket;
use POSIX qw(:sys_wait_h);
use File::Temp qw(tempfile tempdir);
use File::Find;
$| = 1;
my $dir = tempdir(CLEANUP => 1);
for my $i (1 .. 5) { open(my $fh, '>', "$dir/$i") or die; print $fh "line $_\n" for 1 .. 100; close $fh }
my $n = 0;
find(sub { $n++ if -f }, $dir);
print "$n files\n";
open(my $in, '<', "$dir/3") or die;
seek($in, 7, 0);
print scalar <$in>;
my $pid = fork();
if (!$pid) { exit 5 }
waitpid($pid, 0);
print "child: ", $? >> 8, "\n";
pipe(my $r, my $w) or die;
if (!(my $p = fork())) { close $r; print $w "from the child\n"; exit 0 } else { close $w; print <$r>; waitpid($p, 0) }
socketpair(my $one, my $two, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die;
syswrite($one, "over the socket\n");
my $bits = '';
vec($bits, fileno($two), 1) = 1;
select($bits, undef, undef, 5) == 1 or die;
sysread($two, my $buf, 100);
print $buf;
local $SIG{ALRM} = sub { print "alarm\n" };
kill 'ALRM', $$;
print `echo backticks`;
print join(',', sort { $b <=> $a } map { $_ * $_ } 1 .. 5), "\n";
symlink('x', "$dir/link");
print readlink("$dir/link"), "\n";
rename("$dir/1", "$dir/one") or die;
unlink("$dir/one");
printf "%s\n", join ' ', (stat("$dir/2"))[7];
END
