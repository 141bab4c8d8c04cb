#include <edgeward/audit/export.hpp>

#include "export_line.hpp"

namespace edgeward::audit {

void ExportWriter::begin(std::uint64_t first, const crypto::Digest& previous) {
    if (begun_) return;
    begun_ = true;
    last_ = first - 1;
    head_ = previous;
    line_.assign(export_word::header).append("\t").append(export_word::version).append("\t").append(origin_);
    line_.append("\t").append(std::to_string(first)).append("\t").append(to_hex(previous)).append("\n");
    sink_(line_);
}

void ExportWriter::record(const Record& record) {
    begin(record.sequence, record.previous);
    line_.clear();
    append_readable(record.sequence, record.time, record.event, line_);
    line_.append(to_hex(record.octets)).append("\t").append(to_hex(record.digest)).append("\n");
    sink_(line_);
    last_ = record.sequence;
    head_ = record.digest;
}

void ExportWriter::checkpoint(std::string_view note) {
    begin(1, {});
    line_.assign(export_word::checkpoint).append("\t").append(std::to_string(last_)).append("\n");
    while (!note.empty()) {
        const std::size_t end = note.find('\n');
        const std::string_view text = note.substr(0, end);
        line_.push_back(export_word::note_mark);
        if (!text.empty()) line_.append(" ").append(text);
        line_.push_back('\n');
        note.remove_prefix(end == std::string_view::npos ? note.size() : end + 1);
    }
    sink_(line_);
}

void ExportWriter::end() {
    begin(1, {});
    line_.assign(export_word::end).append("\t").append(std::to_string(last_));
    line_.append("\t").append(to_hex(head_)).append("\n");
    sink_(line_);
}

}  // namespace edgeward::audit
