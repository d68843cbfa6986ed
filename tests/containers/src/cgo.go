// Go with C in it: the C library looks up users and hosts, and calls come from threads of C.
package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
#include <unistd.h>

static void *square(void *number)
{
	*(int *)number *= *(int *)number;
	return NULL;
}

static int square_elsewhere(int number)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, square, &number) != 0 || pthread_join(thread, NULL) != 0)
		return -1;
	return number;
}
*/
import "C"

import (
	"fmt"
	"net"
	"os"
	"os/user"
)

func main() {
	fmt.Println("square", C.square_elsewhere(7))
	root, err := user.LookupId("0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(root.Username)
	addresses, err := net.LookupHost("localhost")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(addresses)
}
