#!/bin/bash
# What is behind one port of an emulated USB modem, in the guest; ends when the USB side hangs
# up: `usb-port.sh TTY modem N | nmea | error`.
exec 4<>"$1"
stty raw -echo <&4
case $2 in
modem) # modemsim's modem N on the host
	exec 3<>"/dev/virtio-ports/modem$3"
	cat <&3 >&4 &
	cat <&4 >&3
	;;
nmea) # talks, and hears nothing
	while printf '\044GPGGA,,,,,,0,,,,,,,,*66\r\n' >&4; do
		sleep 1
	done
	;;
error) # takes commands, and none that matters
	while IFS= read -r -d $'\r' _ <&4; do
		printf '\r\nERROR\r\n' >&4
	done
	;;
esac
