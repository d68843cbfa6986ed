// Opens a file, which makes Go create its poller, and lives for as long as its argument says. The
// poller is asked 10 ms after that at the latest.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	duration, err := time.ParseDuration(os.Args[1])
	if err != nil {
		panic(err)
	}
	text, err := os.ReadFile("/etc/hosts")
	if err != nil {
		panic(err)
	}
	for end := time.Now().Add(duration); time.Now().Before(end); {
	}
	fmt.Print(string(text))
}
