# What a program can reach, in place of modemd under its unit: which families of sockets, whether
# io_uring would make more of them, whether netlink changes a network, what the addresses given
# answer to a packet.
use strict;
use warnings;
use Errno;
use Socket;

use constant {
	AF_NETLINK => 16,
	NETLINK_ROUTE => 0,
	RTM_NEWLINK => 16,
	REQUEST_AND_ACK => 5,
	LOOPBACK => 1,
	IFF_UP => 1,
	IO_URING_SETUP => 425, # on all machines
};

sub says {
	print "$_[0]: ", ($_[1] ? 'yes' : $!), "\n";
}

sub can_open {
	my ($family) = @_;
	for my $type (SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET) {
		return 1 if socket(my $s, $family, $type, 0);
		return 0 if $!{EAFNOSUPPORT}; # for each try the kernel looks for a module
	}
	return 0;
}

print "families: @{[grep { can_open($_) } 0 .. 45]}\n";

my $params = "\0" x 120;
says('io_uring', syscall(IO_URING_SETUP, 1, $params) >= 0);

# The loopback up, which it is: nlmsghdr and ifinfomsg (rtnetlink(7)); the answer ends in an errno.
socket(my $route, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) or die "netlink: $!";
my $order = pack('LSSLL CCSlLL', 32, RTM_NEWLINK, REQUEST_AND_ACK, 1, 0, 0, 0, 0, LOOPBACK, IFF_UP, IFF_UP);
send($route, $order, 0, pack('SSLL', AF_NETLINK, 0, 0, 0)) or die "netlink: $!";
recv($route, my $answer, 4096, 0);
$! = -unpack('x16 l', $answer);
says('set link', $! == 0);

for my $address (@ARGV) {
	my $can = socket(my $s, AF_INET, SOCK_DGRAM, 0);
	says($address, $can && send($s, 'x', 0, pack_sockaddr_in(9, inet_aton($address))));
}
