#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/dlp/dictionary.hpp>
#include <edgeward/dlp/finding.hpp>

namespace edgeward::dlp {

// Looks for traces of persons in the octets of an outbound message, as its receiver could read them: HL7,
// JSON, XML and URL escapes, base64, UTF-8, UTF-16 and ISO 8859-1/-15 are read through up to `deepest`
// layers, case, umlauts and marks are folded, identifiers are put together from up to `most_pieces` pieces.
// docs/dlp.md says what is claimed and what is not.
//
// Bounded: decoding never makes text longer than 7/4 of it, and what has more layers, or takes more work than
// `most_work` times its size, is a finding of Detector::opaque. No I/O, no clock. Threads: any.
class Inspector {
public:
    static constexpr std::size_t deepest = 5;
    static constexpr std::size_t most_pieces = 6;
    static constexpr std::size_t most_work = 8;
    static constexpr std::size_t most_findings = 8;

    // `dictionary` outlives the inspector. `own`: texts of the configuration that stand in every message
    // (names of applications, authorities, systems): what lies inside one of them is no finding.
    Inspector(const Dictionary& dictionary, Detectors detectors, const std::vector<std::string>& own);

    // What was found, at most one for each detector and place. `own`: the pseudonyms, identifiers and device
    // names of this message. Dates of the 30 days before `now` are no dates of birth: everything is measured
    // on such a day.
    [[nodiscard]] std::vector<Finding> inspect(std::string_view message, std::span<const std::string> own,
                                               Instant now) const;

private:
    const Dictionary& dictionary_;
    const Detectors detectors_;
    std::vector<std::string> own_;  // folded
};

}  // namespace edgeward::dlp
