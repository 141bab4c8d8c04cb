#pragma once

#include <span>
#include <string_view>

// The files of the console: the page that people look at the gateway with (docs/console.md). They are in
// src/console/page as they are served, and part of the program: an installation has no web folder that could
// be changed. Pure. Threads: any.
namespace edgeward::console {

struct Asset {
    std::string_view name;     // "main.js"
    std::string_view type;     // media type with its character set
    std::string_view content;  // octets
};

// All of them, by name.
std::span<const Asset> assets() noexcept;

// Changes whenever one of the files does: part of the address of each, so that a browser may keep a file for
// ever and never mixes those of two versions. 16 hexadecimal digits.
std::string_view edition() noexcept;

// Nothing: there is no such file.
const Asset* find(std::string_view name) noexcept;

}  // namespace edgeward::console
