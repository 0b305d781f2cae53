// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Policy, PolicyWord} from "../../contracts/libraries/PolicyWord.sol";
import {Symbolic} from "./Symbolic.sol";

/// For every policy word: fifteen limits and the pause keep to their bits, and a limit is exactly
/// what was asked for or none at all.
contract PolicyWordCheck is Symbolic {
    /// Every exponent with every mantissa, and with anything in the bits above.
    function check_aLimitIsMantissaTimesPowerOfTen(uint256 high, uint16 mantissa) external pure {
        vm.assume(mantissa <= 4095);
        uint256 power = 1;
        for (uint256 exponent = 0; exponent < 16; ++exponent) {
            uint256 limit = (high << 16) | (uint256(mantissa) << 4) | exponent;
            unchecked {
                assert(PolicyWord.decode(limit) == mantissa * power); // below 2^12 · 2^50
            }
            assert(PolicyWord.decode(limit) < 2 ** 62);
            power *= 10;
        }
    }

    function check_everyTierReadsItsOwnLimits(uint256 word) external pure {
        Policy policy = Policy.wrap(word);
        for (uint256 tier = 0; tier < UNLIMITED; ++tier) {
            uint256 own = word >> (48 * tier);
            assert(policy.limits(tier).perPayment() == PolicyWord.decode(uint16(own)));
            assert(policy.limits(tier).perDay() == PolicyWord.decode(uint16(own >> 16)));
            assert(policy.limits(tier).onBalance() == PolicyWord.decode(uint16(own >> 32)));
        }
        assert(policy.paused() == (word >> 255 == 1));
    }

    function check_limitsAreWrittenToOneTierOnly(
        uint256 word,
        uint8 tier,
        uint16 perPayment,
        uint16 perDay,
        uint16 balance,
        uint8 bit
    ) external pure {
        vm.assume(tier < UNLIMITED);
        Policy written = Policy.wrap(word).withLimits(tier, perPayment, perDay, balance);
        uint256 after_ = Policy.unwrap(written);
        uint256 own = after_ >> (48 * uint256(tier));
        assert(uint16(own) == perPayment);
        assert(uint16(own >> 16) == perDay);
        assert(uint16(own >> 32) == balance);
        bool elsewhere = bit < 48 * uint256(tier) || bit >= 48 * uint256(tier) + 48;
        if (elsewhere) assert((after_ >> bit) % 2 == (word >> bit) % 2);
    }

    function check_thePauseIsOneBit(uint256 word, bool paused, uint8 bit) external pure {
        Policy written = Policy.wrap(word).withPaused(paused);
        assert(written.paused() == paused);
        if (bit != 255) assert((Policy.unwrap(written) >> bit) % 2 == (word >> bit) % 2);
    }

    /// Whatever is asked for: an exact answer stands for that very number. What is assumed is true of
    /// every number; division is dear to the solver, and told this much it need not divide.
    function check_anEncodedLimitIsTheLimit(uint256 limit) external pure {
        uint256 rest = limit;
        for (uint256 i = 0; i < 15; ++i) {
            unchecked {
                vm.assume(
                    (rest / 10) * 10 + rest % 10 == rest && rest / 10 <= type(uint256).max / 10
                );
            }
            rest /= 10;
        }
        (uint256 encoded, bool exact) = PolicyWord.encode(limit);
        if (!exact) return;
        assert(encoded < 2 ** 16);
        assert(PolicyWord.decode(encoded) == limit);
    }
}
