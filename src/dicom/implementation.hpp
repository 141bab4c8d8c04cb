#pragma once

#include <string_view>

// How this implementation names itself, to peers and in files (PS3.7 annex D.3.3.2, PS3.10 section 7.1).
namespace edgeward::dicom {

// 2.25. of a UUID made once.
inline constexpr std::string_view implementation_class = "2.25.168827728893834225459937393302189287706";
inline constexpr std::string_view implementation_version = "EDGEWARD_1";

}  // namespace edgeward::dicom
