# What scripts do in Perl: files, patterns, a sort, a child behind a pipe, a signal.
use strict;
use warnings;

open(my $out, '>', 'words') or die "words: $!";
print $out "$_\n" for qw(delta alpha charlie bravo);
close($out) or die "words: $!";
open(my $in, '<', 'words') or die "words: $!";
chomp(my @words = <$in>);
close($in);
print join(' ', sort @words), "\n";
print "letters: ", length(join('', map { s/a//gr } @words)), "\n";

open(my $child, '-|', 'echo child; exit 3') or die "child: $!";
print uc <$child>;
close($child);
print "status: ", $? >> 8, "\n";

local $SIG{USR1} = sub { print "signal\n" };
kill('USR1', $$);
rename('words', 'list') or die "rename: $!";
print join(' ', sort glob('*')), "\n";
unlink('list') or die "unlink: $!";
