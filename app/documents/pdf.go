package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"jahorina/app/archive"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Limits of a PDF.
const (
	maxPages      = 400
	maxCharacters = 1_500_000
	pdfTime       = 60 * time.Second
	pdfMemory     = 4096 // pages of 64 KiB
)

// onePDF lets one PDF be read at a time: each takes two seconds and 200 MB.
var onePDF = make(chan struct{}, 1)

// machineCode keeps PDFium as compiled, which takes seconds, from one PDF to the
// next.
var machineCode = wazero.NewCompilationCache()

// readPDF reads a PDF that has text. PDFium does it within WebAssembly: without
// files, network or clock, in memory of its own that is bounded and gone
// afterwards, and only as long as pdfTime.
func readPDF(source []byte, o Options) (content strategy.Content, err error) {
	if len(source) > MaxFile {
		return content, workflows.Refuse(workflows.TooLarge, "document_too_large", "Max", MaxFile)
	}
	ctx, cancel := context.WithTimeout(context.Background(), pdfTime)
	defer cancel()
	select {
	case onePDF <- struct{}{}:
		defer func() { <-onePDF }()
	case <-ctx.Done():
		return content, workflows.Refuse(workflows.TooMany, "document_busy")
	}
	defer func() { // what stops within the machine comes out as a panic at times
		if recover() != nil {
			err = archive.Unread("file_damaged")
		}
	}()
	pages, err := pdfPages(ctx, source)
	if ctx.Err() != nil {
		return content, archive.Unread("file_hostile")
	}
	if err != nil {
		return content, err
	}
	p, err := layOut(pages)
	if err != nil {
		return content, err
	}
	return p.content(source, TypePDF, "", o)
}

func pdfPages(ctx context.Context, source []byte) ([][]printed, error) {
	machine := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfMemory).WithCloseOnContextDone(true).WithCompilationCache(machineCode)
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxTotal: 1, RuntimeConfig: machine, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("start the reader of PDF: %w", err)
	}
	defer pool.Close()
	in, err := pool.GetInstance(pdfTime)
	if err != nil {
		return nil, fmt.Errorf("start the reader of PDF: %w", err)
	}
	source = bytes.Clone(source)
	document, err := in.OpenDocument(&requests.OpenDocument{File: &source})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return nil, archive.Unread("file_protected")
	case err != nil:
		return nil, archive.Unread("file_damaged")
	}
	count, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: document.Document})
	if err != nil {
		return nil, archive.Unread("file_damaged")
	}
	if count.PageCount > maxPages {
		return nil, archive.Unread("document_too_many_pages", "Max", maxPages)
	}
	var pages [][]printed
	total := 0
	for i := range count.PageCount {
		chars, err := pdfPage(in, requests.Page{ByIndex: &requests.PageByIndex{Document: document.Document, Index: i}})
		if err != nil {
			return nil, archive.Unread("file_damaged")
		}
		if total += len(chars); total > maxCharacters {
			return nil, archive.Unread("file_hostile")
		}
		pages = append(pages, printedLines(chars))
	}
	return pages, nil
}

func pdfPage(in pdfium.Pdfium, page requests.Page) ([]*responses.GetPageTextStructuredChar, error) {
	text, err := in.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeChars, CollectFontInformation: true})
	if err != nil {
		return nil, fmt.Errorf("read a page: %w", err)
	}
	return text.Chars, nil
}
