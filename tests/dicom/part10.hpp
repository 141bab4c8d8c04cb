#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <edgeward/dicom/object.hpp>

namespace edgeward::dicom {

// A file of PS3.10 taken apart: preamble, "DICM", the meta group in explicit little endian with its length
// first.
struct Part10 {
    std::string transfer_syntax;
    std::string data_set;
};

inline Part10 read_part10(const std::string& name) {
    std::ifstream file(std::string(EDGEWARD_SOURCE_DIR) + "/tests/dicom/testdata/" + name, std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(file), {}};
    const auto number = [&](std::size_t at, std::size_t count) {
        std::size_t value = 0;
        for (std::size_t i = count; i-- > 0;)
            value = value << 8U | static_cast<unsigned char>(octets.at(at + i));
        return value;
    };
    if (octets.substr(128, 4) != "DICM") throw std::runtime_error("no file of PS3.10");
    const std::size_t end = 144 + number(140, 4);
    const std::string syntax_tag("\x02\x00\x10\x00UI", 6);
    const std::size_t at = octets.find(syntax_tag, 132);
    Part10 read{octets.substr(at + 8, number(at + 6, 2)), octets.substr(end)};
    while (!read.transfer_syntax.empty() && read.transfer_syntax.back() == '\0')
        read.transfer_syntax.pop_back();
    return read;
}

inline Object read_object(const std::string& name) {
    auto part10 = read_part10(name);
    auto object = Object::read(octets_in_memory(std::move(part10.data_set)), part10.transfer_syntax);
    if (!object) throw std::runtime_error(object.error().message);
    return *std::move(object);
}

}  // namespace edgeward::dicom
