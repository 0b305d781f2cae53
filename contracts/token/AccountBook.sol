// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {Account} from "../libraries/AccountWord.sol";
import {Policy, PolicyWord} from "../libraries/PolicyWord.sol";
import {Rules} from "../libraries/Rules.sol";
import {Supply, SupplyWord} from "../libraries/SupplyWord.sol";

/// @title The book of accounts
/// @notice Contracts: holds every balance and the policy, and is the only file that writes them. Every
/// path that changes a balance ends in `_move`. The order in every function of the token is: guards,
/// authorization, rules, state, event.
abstract contract AccountBook is IDepositToken {
    mapping(address account => Account) private _accounts;
    Policy private _policy;
    Supply private _supply;

    /// @dev Seconds to add to a timestamp so that days turn where the currency lives; a negative offset
    /// in two's complement.
    uint256 private immutable _dayShift;

    int256 private constant EARLIEST_OFFSET = -12 hours;
    int256 private constant LATEST_OFFSET = 14 hours;

    constructor(int32 utcOffsetSeconds) {
        if (utcOffsetSeconds < EARLIEST_OFFSET || utcOffsetSeconds > LATEST_OFFSET) {
            revert InvalidUtcOffset(utcOffsetSeconds);
        }
        _dayShift = uint256(int256(utcOffsetSeconds));
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].balance();
    }

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return _supply.total();
    }

    /// @inheritdoc IDepositToken
    function totalMinted() external view returns (uint256) {
        return _supply.minted();
    }

    /// @inheritdoc IDepositToken
    function utcOffset() external view returns (int32) {
        return int32(int256(_dayShift));
    }

    /// @inheritdoc IDepositToken
    function accountOf(address account)
        external
        view
        returns (uint256 balance, uint256 spentToday, uint8 tier, bool frozen)
    {
        Account word = _accounts[account];
        return (word.balance(), word.spentOn(_today()), uint8(word.tier()), word.frozen());
    }

    /// @inheritdoc IDepositToken
    function paused() external view returns (bool) {
        return _policy.paused();
    }

    /// @inheritdoc IDepositToken
    function limitsOf(uint8 tier)
        external
        view
        returns (uint256 perPayment, uint256 perDay, uint256 balance)
    {
        if (tier > PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        if (tier == PolicyWord.UNLIMITED_TIER) {
            return (type(uint256).max, type(uint256).max, type(uint256).max);
        }
        Policy policy = _policy;
        return (policy.perPayment(tier), policy.perDay(tier), policy.onBalance(tier));
    }

    /// @inheritdoc IDepositToken
    function transferCheck(address from, address to, uint256 amount)
        public
        view
        returns (bytes4 reason, uint256 value, uint256 limit)
    {
        Account sender = _accounts[from];
        uint256 spent = _spentWith(sender, amount, _today());
        return Rules.paying(_policy, sender, from, _accounts[to], to, amount, spent);
    }

    /// @inheritdoc IDepositToken
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        (bytes4 reason,,) = transferCheck(from, to, amount);
        return reason == 0;
    }

    // ------------------------------------------------------------------ money moves

    /// @dev A payment within the rules. The caller has checked that `from` asked for it.
    function _pay(address from, address to, uint256 amount) internal {
        Account sender = _accounts[from];
        Account recipient = _accounts[to];
        uint256 day = _today();
        uint256 spent = _spentWith(sender, amount, day);
        (bytes4 reason, uint256 value, uint256 limit) =
            Rules.paying(_policy, sender, from, recipient, to, amount, spent);
        if (reason != 0) _refuse(reason, from, to, value, limit);
        _move(from, sender.withSpent(spent, day), to, recipient, amount);
    }

    /// @dev Burns within the rules, as spending of the day. The caller has checked that `from` asked.
    function _burn(address from, uint256 amount) internal {
        Policy policy = _policy;
        if (policy.paused()) revert TokenPaused();
        Account sender = _accounts[from];
        uint256 day = _today();
        uint256 spent = _spentWith(sender, amount, day);
        (bytes4 reason, uint256 value, uint256 limit) =
            Rules.spending(policy, sender, from, amount, spent);
        if (reason != 0) _refuse(reason, from, address(0), value, limit);
        _move(from, sender.withSpent(spent, day), address(0), Account.wrap(0), amount);
    }

    /// @dev Mints within the rules, or answers why not and changes nothing.
    function _mint(address to, uint256 amount) internal returns (bytes4 reason) {
        (reason,,) = Rules.minting(_supply, amount);
        if (reason != 0) return reason;
        Account recipient = _accounts[to];
        (reason,,) = Rules.receiving(_policy, recipient, to, amount);
        if (reason != 0) return reason;
        _move(address(0), Account.wrap(0), to, recipient, amount);
    }

    /// @dev Mints again what `to` burned, past freeze, limits and pause. A supply at its very top is the
    /// one thing that can stop it.
    function _mintBack(address to, uint256 amount) internal {
        uint256 room = SupplyWord.SUPPLY_MAX - _supply.total();
        if (amount > room) revert SupplyLimitExceeded(amount, room);
        _move(address(0), Account.wrap(0), to, _accounts[to], amount);
    }

    /// @dev Takes past the sender's freeze, all limits and the pause, and leaves the sender frozen.
    /// The recipient is not the sender, or taking would give the money back to a frozen account.
    function _seize(address from, address to, uint256 amount) internal {
        Account sender = _accounts[from];
        Account recipient = _accounts[to];
        if (to == address(0) || to == address(this) || to == from) revert ERC20InvalidReceiver(to);
        if (recipient.tier() == 0) revert UnregisteredAccount(to);
        if (recipient.frozen()) revert FrozenAccount(to);
        if (from == address(0)) revert ERC20InvalidSender(from);
        if (amount > sender.balance()) {
            revert ERC20InsufficientBalance(from, sender.balance(), amount);
        }
        _move(from, sender.withFrozen(true), to, recipient, amount);
    }

    /// @dev The one place where balances and the supply change. Zero stands for "comes into being" and
    /// "ceases to be". The words carry whatever else the caller changed in them; the caller has checked
    /// that `sender` holds `amount` or that the supply has room for it.
    function _move(address from, Account sender, address to, Account recipient, uint256 amount) private {
        if (from == address(0)) {
            _supply = _supply.increase(amount);
        } else {
            sender = sender.debit(amount);
            _accounts[from] = sender;
        }
        if (to == address(0)) {
            _supply = _supply.decrease(amount);
        } else {
            // Who pays themselves: the word read before the debit is out of date.
            if (from == to) recipient = sender;
            _accounts[to] = recipient.credit(amount);
        }
        emit Transfer(from, to, amount);
    }

    // ------------------------------------------------------------------ rules change

    /// @dev What was spent today stays counted under the new tier.
    function _setTier(address account, uint8 tier) internal {
        if (account == address(0) || account == address(this)) revert ERC20InvalidReceiver(account);
        if (tier > PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        _accounts[account] = _accounts[account].withTier(tier);
        emit TierSet(account, tier);
    }

    function _setFrozen(address account, bool frozen) internal {
        _accounts[account] = _accounts[account].withFrozen(frozen);
    }

    function _setPaused(bool paused_) internal {
        _policy = _policy.withPaused(paused_);
    }

    function _setLimits(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance) internal {
        if (tier >= PolicyWord.UNLIMITED_TIER) revert UnknownTier(tier);
        _policy =
            _policy.withLimits(tier, _encoded(perPayment), _encoded(perDay), _encoded(balance));
        emit LimitsSet(tier, perPayment, perDay, balance);
    }

    // ------------------------------------------------------------------ for the parts above

    function _requireUnpaused() internal view {
        if (_policy.paused()) revert TokenPaused();
    }

    function _requireUnfrozen(address account) internal view {
        if (_accounts[account].frozen()) revert FrozenAccount(account);
    }

    /// @dev The currency's day: days since 1970 in its time zone.
    function _today() private view returns (uint256) {
        unchecked {
            return (block.timestamp + _dayShift) / 1 days;
        }
    }

    /// @dev What the account will have spent today with this payment. The sum wraps only for an amount
    /// that no balance reaches, which the rules refuse before they look at the sum.
    function _spentWith(Account account, uint256 amount, uint256 day) private pure returns (uint256) {
        unchecked {
            return account.spentOn(day) + amount;
        }
    }

    function _encoded(uint256 limit) private pure returns (uint256) {
        (uint256 encoded, bool exact) = PolicyWord.encode(limit);
        if (!exact) revert UnrepresentableLimit(limit);
        return encoded;
    }

    /// @dev Throws the error that `Rules` names, with its values.
    function _refuse(bytes4 reason, address from, address to, uint256 value, uint256 limit)
        private
        pure
    {
        if (reason == ERC20InsufficientBalance.selector) {
            revert ERC20InsufficientBalance(from, value, limit);
        }
        if (reason == PaymentLimitExceeded.selector) revert PaymentLimitExceeded(from, value, limit);
        if (reason == DailyLimitExceeded.selector) revert DailyLimitExceeded(from, value, limit);
        if (reason == BalanceLimitExceeded.selector) revert BalanceLimitExceeded(to, value, limit);
        if (reason == FrozenAccount.selector) revert FrozenAccount(address(uint160(value)));
        if (reason == ERC20InvalidReceiver.selector) revert ERC20InvalidReceiver(to);
        if (reason == ERC20InvalidSender.selector) revert ERC20InvalidSender(from);
        if (reason == TokenPaused.selector) revert TokenPaused();
        // A reason that this list does not know must never let a payment through.
        assert(false);
    }
}
