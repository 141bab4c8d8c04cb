#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <edgeward/audit/record.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::audit {

// Writes the log as text for the auditor, readable and exact (docs/audit-format.md, export format 1):
//
//   edgeward-audit-export <TAB> 1 <TAB> origin <TAB> first sequence <TAB> digest before it
//   record <TAB> sequence <TAB> time <TAB> actor <TAB> … <TAB> canonical octets in hex <TAB> digest
//   checkpoint <TAB> size, then each line of the signed note after "> "
//   end <TAB> last sequence <TAB> its digest
//
// Call record() in the order of the log, checkpoint() after the record it covers last, and end() once.
// Nothing is kept but one line. One thread.
class ExportWriter {
public:
    using Sink = std::function<void(std::string_view)>;
    // `origin`: "edgeward/<installation id>".
    ExportWriter(std::string origin, Sink sink) : origin_(std::move(origin)), sink_(std::move(sink)) {}

    void record(const Record& record);
    void checkpoint(std::string_view note);
    void end();

private:
    void begin(std::uint64_t first, const crypto::Digest& previous);

    std::string origin_;
    Sink sink_;
    std::string line_;
    bool begun_ = false;
    std::uint64_t last_ = 0;
    crypto::Digest head_{};
};

}  // namespace edgeward::audit
