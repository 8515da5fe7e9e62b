// Extracts pages with go-trafilatura, for benchmarks.engines. Requests and answers are those of worker.py.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/markusmobius/go-trafilatura"
)

type request struct {
	Path string `json:"path"`
	URL  string `json:"url"`
}

type answer struct {
	Body      string   `json:"body"`
	Published *string  `json:"published_at"`
	Authors   []string `json:"authors"`
	Title     string   `json:"title"`
	Error     string   `json:"error,omitempty"`
	CPU       float64  `json:"cpu"`
}

func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if !strings.HasSuffix(path, ".gz") {
		return io.ReadAll(file)
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

func extract(html []byte, address string) answer {
	original, _ := url.Parse(address)
	options := trafilatura.Options{OriginalURL: original, EnableFallback: true, ExcludeComments: true}
	found, err := trafilatura.Extract(bytes.NewReader(html), options)
	if err != nil {
		return answer{Error: err.Error()}
	}
	given := answer{Body: found.ContentText, Title: found.Metadata.Title}
	if found.Metadata.Author != "" {
		given.Authors = strings.Split(found.Metadata.Author, "; ")
	}
	if !found.Metadata.Date.IsZero() {
		day := found.Metadata.Date.Format("2006-01-02")
		given.Published = &day
	}
	return given
}

func main() {
	requests := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for requests.Scan() {
		var asked request
		if err := json.Unmarshal(requests.Bytes(), &asked); err != nil {
			panic(err)
		}
		html, err := read(asked.Path)
		if err != nil {
			panic(err)
		}
		began := cpu()
		given := extract(html, asked.URL)
		given.CPU = cpu() - began
		if err := answers.Encode(given); err != nil {
			panic(err)
		}
	}
}
