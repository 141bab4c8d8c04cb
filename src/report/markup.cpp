#include "markup.hpp"

#include <edgeward/core/utf8.hpp>

#include <algorithm>
#include <utility>

#include "words.hpp"

namespace edgeward::report {
namespace {

constexpr std::string_view style =
    "body{font:11pt/1.4 'DejaVu Sans',Arial,sans-serif;color:#111;max-width:60rem;margin:2rem auto;padding:0 "
    "1rem}"
    "h1{font-size:1.6em;margin:0 0 .5rem}h2{font-size:1.15em;margin:1.6rem 0 .4rem;border-bottom:1px solid "
    "#888}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{border:1px solid #aaa;padding:.3rem .5rem;text-align:left;vertical-align:top;font-size:.9em}"
    "th{background:#eee}tr.proven td:nth-child(3){background:#e3f3e3}tr.open "
    "td:nth-child(3){background:#f8e7d0}"
    ".blank{border-bottom:1px solid #555;min-height:1.6rem;margin:.4rem 0 .9rem}"
    "footer{margin-top:2rem;font-size:.8em;color:#444;border-top:1px solid #888;padding-top:.5rem}"
    "svg{max-width:100%;height:auto}"
    "@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none}h2{page-break-after:avoid}"
    "tr{page-break-inside:avoid}}";

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '&':
            out += "&amp;";
            return;
        case '<':
            out += "&lt;";
            return;
        case '>':
            out += "&gt;";
            return;
        case '"':
            out += "&quot;";
            return;
        case '\'':
            out += "&#39;";
            return;
        default:
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
}

void append_cell(std::string& out, std::string_view tag, std::string_view text) {
    out.append("<").append(tag).append(">").append(escaped(text)).append("</").append(tag).append(">");
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = first_character(text);
        const bool written = next.octets > 0 && next.point != 0xFFFE && next.point != 0xFFFF;
        if (next.octets == 1) {
            append_escaped(out, text.front());
        } else if (written) {
            out += text.substr(0, next.octets);
        } else {
            append_utf8(out, 0xFFFD);
        }
        text.remove_prefix(std::max<std::size_t>(next.octets, 1));
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t most) {
    std::size_t characters = 0;
    std::size_t cut = 0;  // where the last but one of the allowed characters ends
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
        ++characters;
        if (characters == most) cut = at;
    }
    if (characters <= most) return std::string(text);
    return std::string(text.substr(0, cut)).append("\xE2\x80\xA6");
}

Page::Page(std::string_view title, Language language) : language_(language) {
    body_.append("<!DOCTYPE html>\n<html lang=\"").append(language == Language::german ? "de" : "en");
    body_.append("\"><head><meta charset=\"utf-8\"/>");
    append_cell(body_, "title", title);
    body_.append("<style>").append(style).append("</style></head>\n<body>");
    append_cell(body_, "h1", title);
    body_ += '\n';
}

void Page::heading(std::string_view text) {
    append_cell(body_, "h2", text);
    body_ += '\n';
}

void Page::paragraph(std::string_view text) {
    append_cell(body_, "p", text);
    body_ += '\n';
}

void Page::blank(std::string_view label) {
    append_cell(body_, "div", label);
    body_ += "<div class=\"blank\"></div>\n";
}

void Page::facts(const std::vector<std::pair<std::string, std::string>>& rows) {
    body_ += "<table>";
    for (const auto& [what, value] : rows) {
        body_ += "<tr>";
        append_cell(body_, "th", what);
        append_cell(body_, "td", value);
        body_ += "</tr>\n";
    }
    body_ += "</table>\n";
}

void Page::table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                 const std::vector<std::string>& classes) {
    body_ += "<table><thead><tr>";
    for (const auto& title : head)
        append_cell(body_, "th", title);
    body_ += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        body_ += i < classes.size() ? "<tr class=\"" + escaped(classes[i]) + "\">" : "<tr>";
        for (const auto& cell : rows[i])
            append_cell(body_, "td", cell);
        body_ += "</tr>\n";
    }
    body_ += "</tbody></table>\n";
}

std::string Page::finish(const Installation& installation) && {
    std::string made = Words{"Erstellt von Edgeward ", "Written by Edgeward "}.in(language_);
    made += installation.version + ", " + to_rfc3339(installation.made);
    made += Words{". Konfiguration SHA-256 ", ". Configuration SHA-256 "}.in(language_) +
            installation.configuration;
    made +=
        Words{"; Richtlinien SHA-256 ", "; policies SHA-256 "}.in(language_) + installation.policies + ". ";
    made += installation.measured
                ? Words{"Gemessen am laufenden Dienst: ", "Measured at the running gateway: "}.in(language_) +
                      to_rfc3339(installation.measured->made)
                : not_measured(language_);
    made += '.';
    return std::move(*this).finish(made);
}

std::string Page::finish(std::string_view last) && {
    append_cell(body_, "footer", last);
    body_ += "</body></html>\n";
    return std::move(body_);
}

}  // namespace edgeward::report
