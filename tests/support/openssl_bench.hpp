#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/program.hpp"

namespace edgeward::support {

// A folder in which the openssl program works.
class OpensslBench {
public:
    // Its exit code; its words, good and bad, are in said().
    int openssl(std::vector<std::string> words) {
        words.insert(words.begin(), "openssl");
        Program program(std::move(words), folder_ / "said");
        const int code = program.wait();
        said_ = program.output() + text_of_file(folder_ / "said.err");
        return code;
    }
    void must(std::vector<std::string> words) {
        if (openssl(std::move(words)) != 0) throw std::runtime_error("openssl: " + said_);
    }
    [[nodiscard]] const std::string& said() const { return said_; }
    [[nodiscard]] bool says(std::string_view text) const { return said_.find(text) != std::string::npos; }
    [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }
    [[nodiscard]] std::string text(const std::string& name) const { return text_of_file(folder_ / name); }
    void put(const std::string& name, std::string_view text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }

    // <name>.key and <name>.csr: a key and a request for that subject, as a device makes them; the request is
    // DER. `key` as `openssl genpkey` names it, `more` for `openssl req`.
    void make_request(const std::string& name, const std::string& subject,
                      const std::vector<std::string>& key = {"-algorithm", "EC", "-pkeyopt",
                                                             "ec_paramgen_curve:P-256"},
                      const std::vector<std::string>& more = {}) {
        std::vector<std::string> make{"genpkey", "-out", file(name + ".key")};
        make.insert(make.end(), key.begin(), key.end());
        must(make);
        std::vector<std::string> ask{"req",      "-new", "-key", file(name + ".key"), "-subj", subject,
                                     "-outform", "DER",  "-out", file(name + ".csr")};
        ask.insert(ask.end(), more.begin(), more.end());
        must(ask);
    }

private:
    ScratchFolder folder_;
    std::string said_;
};

}  // namespace edgeward::support
