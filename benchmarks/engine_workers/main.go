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
	"golang.org/x/net/html"
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

var inline = map[string]bool{
	"a": true, "b": true, "code": true, "em": true, "i": true, "mark": true, "span": true, "strong": true, "sub": true, "sup": true, "u": true,
}

// text writes what a node holds, each block on lines of its own. ContentText has all of it on one line.
func text(node *html.Node, to *strings.Builder) {
	if node.Type == html.TextNode {
		to.WriteString(strings.ReplaceAll(node.Data, "\n", " "))
	}
	isBlock := node.Type == html.ElementNode && !inline[node.Data]
	if isBlock {
		to.WriteString("\n")
	}
	for child := node.FirstChild; child != nil; child = child.NextSibling {
		text(child, to)
	}
	if isBlock {
		to.WriteString("\n")
	}
}

func lines(node *html.Node) string {
	var whole strings.Builder
	text(node, &whole)
	var kept []string
	for _, line := range strings.Split(whole.String(), "\n") {
		if words := strings.Fields(line); len(words) > 0 {
			kept = append(kept, strings.Join(words, " "))
		}
	}
	return strings.Join(kept, "\n")
}

func extract(page []byte, address string) answer {
	original, _ := url.Parse(address)
	options := trafilatura.Options{OriginalURL: original, EnableFallback: true, ExcludeComments: true}
	found, err := trafilatura.Extract(bytes.NewReader(page), options)
	if err != nil {
		return answer{Error: err.Error()}
	}
	given := answer{Body: lines(found.ContentNode), Title: found.Metadata.Title}
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
		page, err := read(asked.Path)
		if err != nil {
			panic(err)
		}
		began := cpu()
		given := extract(page, asked.URL)
		given.CPU = cpu() - began
		if err := answers.Encode(given); err != nil {
			panic(err)
		}
	}
}
